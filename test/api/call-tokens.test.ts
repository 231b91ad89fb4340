import { CoreInformationClient } from "../../provider/api/client";
import { json, settingsFor } from "../helpers/server";

import { client, failure, ok, retried, server, start, urls, type Respond } from "./helpers/client";

describe("a token", () => {
  const own = { accessToken: undefined, clientId: "the id", clientSecret: "the/secret", scope: "read" };
  const bodies: string[] = [];
  /** Tokens t1, t2, …; other calls are answered as `then` says. */
  const tokens =
    (expires: object = { expires_in: 3600 }, then: Respond = ok): Respond =>
    (request, response, count) => {
      if (request.url !== "/token") return then(request, response, count);
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        bodies.push(body);
        json(response, 200, { access_token: `t${bodies.length}`, token_type: "Bearer", ...expires });
      });
    };
  beforeEach(() => (bodies.length = 0));
  const sent = (): (string | undefined)[] =>
    server.requests.filter(({ url }) => url !== "/token").map(({ headers }) => headers.authorization);

  test("is requested once with the credentials, and sent with each call", async () => {
    await start(tokens(), own);
    await Promise.all([client.status(), client.version()]);
    await client.status();
    expect(sent()).toEqual(Array(3).fill("Bearer t1"));
    const [first] = server.requests;
    expect(first).toMatchObject({ method: "POST", url: "/token" });
    const basic = Buffer.from("the+id:the%2Fsecret").toString("base64");
    expect(first?.headers).toMatchObject({
      authorization: `Basic ${basic}`,
      "content-length": String(bodies[0]?.length),
    });
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({
      grant_type: "client_credentials",
      scope: "read",
    });
  });

  test("is requested without a scope if none is set", async () => {
    await start(tokens(), { ...own, scope: "" });
    await client.status();
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({ grant_type: "client_credentials" });
  });

  test.each([
    [{ expires_in: 3600 }, 3539, 3541],
    [{ expires_in: 100 }, 89, 91],
    [{ expires_in: "100" }, 89, 91],
    [{}, 3539, 3541],
  ])("with expires_in %j is used for %i seconds, and not for %i", async (expires, still, over) => {
    const now = Date.now();
    const clock = jest.spyOn(Date, "now").mockReturnValue(now);
    await start(tokens(expires), own);
    for (const seconds of [0, still, over]) {
      clock.mockReturnValue(now + seconds * 1000);
      await client.status();
    }
    expect(sent()).toEqual(["Bearer t1", "Bearer t1", "Bearer t2"]);
  });

  test("is redacted in the message of a response that echoes it", async () => {
    const echo: Respond = ({ headers }, response) => json(response, 409, { message: headers.authorization });
    await start(tokens({ access_token: "a-long-token" }, echo), own);
    expect(await failure(client.status())).toMatchObject({ status: 409, detail: "Bearer [secret]" });
  });

  test.each([42, 41, undefined])("is renewed after code %s, at most three times in a call", async (code) => {
    let refusals = 3;
    await start(
      tokens(undefined, (request, response, count) =>
        refusals-- > 0 ? json(response, 401, { code }) : ok(request, response, count),
      ),
      // A renewal is no retry.
      { ...own, retries: 0 },
    );
    await client.status();
    expect(sent()).toEqual(["Bearer t1", "Bearer t2", "Bearer t3", "Bearer t4"]);
    expect(retried).toEqual([]);
    refusals = Infinity;
    expect(await failure(client.status())).toMatchObject({
      status: 401,
      hint: expect.stringContaining("check clientId, clientSecret and apiKey") as string,
    });
    expect(sent().slice(4)).toEqual(["Bearer t4", "Bearer t5", "Bearer t6", "Bearer t7"]);
  });

  test("does not use up retries if the API refuses it", async () => {
    const statuses = [401, 503, 401, 503, 401];
    await start(
      tokens(undefined, (request, response, count) => {
        const status = statuses.shift();
        return status === undefined ? ok(request, response, count) : json(response, status, { code: 42 });
      }),
      { ...own, retries: 2 },
    );
    expect(await client.status()).toEqual({ status: "OK" });
    expect(sent()).toEqual(["t1", "t2", "t2", "t3", "t3", "t4"].map((token) => `Bearer ${token}`));
    expect(retried).toHaveLength(2);
  });

  test.each<[string, Respond]>([
    ["with a reason", (_request, response) => json(response, 400, { error: "invalid_client" })],
    ["because of its scope", (_request, response) => json(response, 400, { error: "invalid_scope" })],
    ["with a long reason, which is cut", (_request, response) => json(response, 400, { error: "x".repeat(150) })],
    [
      "with what was sent, which is not shown",
      (request, response) => json(response, 400, { error: `${request.headers.authorization} came` }),
    ],
    ["with the secret, which is not shown", (_request, response) => json(response, 400, { error: "the/secret" })],
    ["without a token", (_request, response) => json(response, 200, {})],
    ["with HTML", (_request, response) => void response.end("<html>")],
    [
      "with a redirect, which is not followed",
      (_request, response) => void response.writeHead(302, { location: "/other" }).end(),
    ],
    ["with more than any token has", (_request, response) => void response.end("x".repeat(1024 * 1024 + 1))],
  ])("fails at once if its endpoint refuses %s", async (_name, answer) => {
    await start(answer, own);
    const { reason, method, url, ...fault } = await failure(client.status());
    expect({ reason, method, url }).toEqual({ reason: "token", method: "POST", url: `${server.url}/token` });
    expect(JSON.stringify(fault)).not.toContain("the/secret");
    expect(fault).toMatchSnapshot();
    expect(urls()).toEqual(["/token"]);
  });

  test.each([500, 503, 429])("is requested again if its endpoint responds with %i", async (status) => {
    await start((_request, response) => json(response, status, { error: "server_error" }), { ...own, retries: 1 });
    expect(await failure(client.status())).toMatchObject({
      reason: "http",
      status,
      method: "POST",
      summary: "no token",
      hint: "try again later",
    });
    expect(urls()).toEqual(["/token", "/token"]);
  });

  test("is requested again if its endpoint resets the connection, and the error names tokenUrl", async () => {
    await start((request) => request.socket.destroy(), { ...own, retries: 1 });
    expect(await failure(client.status())).toMatchInlineSnapshot(`
     {
       "hint": "check tokenUrl, the network and the proxy settings",
       "method": "POST",
       "reason": "network",
       "summary": "no token: connection reset (ECONNRESET)",
       "url": "http://127.0.0.1:<port>/token",
     }
    `);
    expect(server.requests).toHaveLength(2);
  });

  test("is no longer requested when the call is aborted", async () => {
    const stop = new AbortController();
    await start(() => stop.abort(), own);
    expect(await failure(client.status({ signal: stop.signal }))).toMatchObject({ reason: "aborted" });
    expect(server.requests).toHaveLength(1);
  });

  test("is not requested from an insecure address", async () => {
    await start(ok);
    const plain = { ...own, tokenUrl: "http://login.example.com/token" };
    expect(() => new CoreInformationClient(settingsFor(server.url, plain))).toThrowErrorMatchingInlineSnapshot(
      `"tokenUrl must be https (plain http only on loopback): http://login.example.com/token"`,
    );
    expect(() => new CoreInformationClient(settingsFor("http://api.example.com"))).toThrowErrorMatchingInlineSnapshot(
      `"endpoint must be https (plain http only on loopback): http://api.example.com/"`,
    );
  });
});
