import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agents } from "../../provider/api/agents";
import { CoreInformationClient } from "../../provider/api/client";
import { RecordSink } from "../../provider/api/record-sink";
import type { ApiError } from "../../provider/api/errors";
import type { ApiSettings } from "../../provider/api/settings";
import { Transport, type RetryEvent } from "../../provider/api/transport";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

type Respond = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let server: TestServer;
let client: CoreInformationClient;
let retried: RetryEvent[];

async function start(answer: Respond, changes: Partial<ApiSettings> = {}, path = ""): Promise<void> {
  let count = 0;
  retried = [];
  server = await startServer((request, response) => answer(request, response, (count += 1)));
  const settings = settingsFor(`${server.url}${path}`, { tokenUrl: `${server.url}/token`, ...changes });
  client = new CoreInformationClient(settings, {
    baseDelay: 1,
    throttlePause: 1,
    onRetry: (event) => retried.push(event),
  });
}

afterEach(async () => {
  jest.restoreAllMocks();
  client.close();
  await server.close();
});

const failure = async (call: Promise<unknown>): Promise<ApiError["fault"]> =>
  call.then(
    () => Promise.reject(new Error("it went well")),
    (error: ApiError) => error.fault,
  );
const urls = (): (string | undefined)[] => server.requests.map(({ url }) => url);
const ok: Respond = (_request, response) => json(response, 200, { status: "OK" });

describe("a secret that comes back", () => {
  test("in a header takes that header with it, and no other", async () => {
    await start((_request, response) =>
      json(response, 200, {}, { etag: '"secret-token"', "x-total-count": "1", "x-echo": "key=secret-key" }),
    );
    const transport = new Transport(settingsFor(server.url));
    const { headers } = await transport.get(["locations"]);
    expect([headers.get("etag"), headers.get("x-echo"), headers.get("x-total-count")]).toEqual([null, null, "1"]);
    expect(transport.redact("with secret-token")).toBe("with [secret]");
    transport.close();
  });

  test("and where it does not, all headers stay", async () => {
    await start((_request, response) => json(response, 200, {}, { etag: '"sec', "x-echo": 'ret-token"' }));
    const transport = new Transport(settingsFor(server.url));
    const { headers } = await transport.get(["locations"]);
    expect([headers.get("etag"), headers.get("x-echo")]).toEqual(['"sec', 'ret-token"']);
    transport.close();
  });
});

test("an exchange that could not be kept is said again by who passed over it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-calls-"));
  try {
    await start(ok);
    new Transport(settingsFor(server.url)).checkRecord();
    const transport = new Transport(settingsFor(server.url, { record: join(folder, "record") }));
    await transport.get(["status"]);
    transport.checkRecord();
    rmSync(folder, { recursive: true });
    await expect(transport.get(["status"])).rejects.toThrow("was taken away meanwhile");
    expect(() => transport.checkRecord()).toThrow("was taken away meanwhile");
    transport.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("a call", () => {
  test("goes to its path under the endpoint, with what the API wants to know", async () => {
    await start(ok, {}, "/b2b/v2//");
    await client.status();
    await client.version();
    await client.doc();
    await client.get("servicePoint", "a/b ?&ü");
    expect(urls()).toEqual([
      "/b2b/v2/status",
      "/b2b/v2/version",
      "/b2b/v2/doc",
      "/b2b/v2/servicePoints/a%2Fb%20%3F%26%C3%BC",
    ]);
    for (const { method, headers } of server.requests) {
      expect(method).toBe("GET");
      expect(headers).toMatchObject({
        accept: "application/json",
        authorization: "Bearer secret-token",
        "x-api-key": "secret-key",
      });
      expect(headers).not.toHaveProperty("if-none-match");
    }
  });

  test("sends no key where there is none, and an ETag where there is one", async () => {
    await start(ok);
    const transport = new Transport(settingsFor(server.url, { apiKey: undefined }));
    const { status, body, headers } = await transport.get(["x"], { query: { a: "1 2", b: "&" }, ifNoneMatch: '"t"' });
    transport.close();
    expect([status, Buffer.from(body).toString(), headers.get("content-type")]).toEqual([
      200,
      '{"status":"OK"}',
      "application/json",
    ]);
    expect(urls()).toEqual(["/x?a=1+2&b=%26"]);
    expect(server.requests[0]?.headers).toHaveProperty("if-none-match", '"t"');
    expect(server.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("takes 304 for an answer only where it has sent an ETag", async () => {
    await start((_request, response) => response.writeHead(304).end());
    const transport = new Transport(settingsFor(server.url));
    expect(await transport.get(["x"], { ifNoneMatch: '"t"' })).toMatchObject({ status: 304 });
    expect(await failure(transport.get(["x"]))).toMatchObject({
      status: 304,
      summary: "not modified, though nothing was asked to be compared",
    });
    transport.close();
  });

  test("finds a record, or none; any other fault is one", async () => {
    await start((_request, response, count) => {
      if (count === 1) json(response, 200, { id: "A" });
      else json(response, count === 2 ? 404 : 409, {});
    });
    expect(await client.get("location", "A")).toEqual({ id: "A" });
    expect(await client.get("location", "A")).toBeUndefined();
    expect(await failure(client.get("location", "A"))).toMatchObject({ status: 409 });
    expect(urls()).toEqual(Array(3).fill("/locations/A"));
    // A token endpoint that is not there says nothing of the record.
    client.close();
    await server.close();
    const ready = { accessToken: undefined, clientId: "a", clientSecret: "b" };
    await start((_request, response) => json(response, 404, {}), ready);
    expect(await failure(client.get("location", "A"))).toMatchObject({ reason: "token", status: 404 });
  });

  test("lists each kind by its name", async () => {
    await start((_request, response) =>
      json(response, 200, [{ id: "A" }], { "x-total-count": "1", "x-result-count": "1" }),
    );
    for (const list of [client.locations(), client.servicePoints(), client.configurationItems(), client.accounts()])
      expect(await list).toEqual([{ id: "A" }]);
    const paths = urls().map((url) => url?.split("?")[0]);
    expect(paths.sort()).toEqual(["/accounts", "/configurationItems", "/locations", "/servicePoints"]);
  });
});

describe("a call that fails", () => {
  test("is tried again after a growing pause, and each time told of", async () => {
    jest.spyOn(Math, "random").mockReturnValue(0.5);
    await start((_request, response) => json(response, 503, { code: 5 }), { retries: 3 });
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503, code: 5 });
    const reason = `GET ${server.url}/status: temporarily unavailable (503, code 5); try again later`;
    expect(retried).toEqual(
      [0.5, 1, 2].map((delay, at) => ({ url: `${server.url}/status`, reason, delay, attempt: at + 1 })),
    );
    expect(server.requests).toHaveLength(4);
  });

  test("waits half a second at most for the first time, and half a minute ever, where nothing else is said", async () => {
    jest.spyOn(Math, "random").mockReturnValue(0.000_001);
    await start((_request, response) => json(response, 500, {}), { retries: 1 });
    const delays: number[] = [];
    const onRetry = ({ delay }: RetryEvent): number => delays.push(delay * 1_000_000);
    for (const options of [{ onRetry }, { onRetry, baseDelay: 1e9 }]) {
      const transport = new Transport(settingsFor(server.url, { retries: 1 }), options);
      await failure(transport.get(["x"]));
      transport.close();
    }
    expect(delays.map(Math.round)).toEqual([500, 30_000]);
  });

  test("is not tried again for what stays, nor beyond its number of times", async () => {
    await start((_request, response) => json(response, 409, {}), { retries: 3 });
    await failure(client.status());
    expect([server.requests.length, retried.length]).toEqual([1, 0]);
  });

  test("may succeed at last", async () => {
    await start((request, response, count) => (count < 3 ? json(response, 500, {}) : ok(request, response, count)));
    expect(await client.status()).toEqual({ status: "OK" });
    expect(retried.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("waits as long as it is told to", async () => {
    await start((request, response, count) =>
      count === 1 ? json(response, 429, {}, { "retry-after": "0" }) : ok(request, response, count),
    );
    await client.status();
    expect(retried).toMatchObject([{ delay: 0 }]);
  });

  test("fails at once where it is told to wait longer than it has", async () => {
    await start((_request, response) => json(response, 503, {}, { "retry-after": "6" }));
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503 });
    expect([server.requests.length, retried.length]).toEqual([1, 0]);
  });

  test("is given up when an attempt takes too long, and tried again", async () => {
    await start((request, response, count) => (count === 1 ? undefined : ok(request, response, count)), {
      attemptTimeout: 40,
    });
    expect(await client.status()).toEqual({ status: "OK" });
    expect(retried.map(({ reason }) => reason)).toEqual([
      `GET ${server.url}/status: no answer within 0.04 s; check endpoint, the network and the proxy settings`,
    ]);
  });

  test("is given up as a whole when its time has passed", async () => {
    await start(() => undefined, { timeout: 60 });
    expect(await failure(client.status())).toEqual({
      reason: "timeout",
      method: "GET",
      url: `${server.url}/status`,
      summary: "not done within 0.06 s",
      hint: "raise timeout or try again later",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("says why there had to be another attempt, where its time has passed in that", async () => {
    await start((_request, response, count) => (count === 1 ? json(response, 503, {}) : undefined), { timeout: 200 });
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503 });
    expect(server.requests).toHaveLength(2);
  });

  test("is stopped by the caller, at any time, or by the end of the client", async () => {
    await start(() => undefined);
    const stopped = { reason: "aborted", method: "GET", url: `${server.url}/status`, summary: "stopped by the caller" };
    expect(await failure(client.status({ signal: AbortSignal.abort() }))).toEqual(stopped);
    expect(await failure(client.status({ signal: AbortSignal.timeout(20) }))).toEqual(stopped);
    const call = failure(client.status());
    setTimeout(() => client.close(), 20);
    expect(await call).toEqual(stopped);
  });

  test("is stopped while it waits for its next attempt", async () => {
    await start((_request, response) => json(response, 503, {}, { "retry-after": "4" }));
    const stop = new AbortController();
    const call = failure(client.status({ signal: stop.signal }));
    const seen = setInterval(() => retried.length > 0 && stop.abort(), 5);
    expect(await call).toMatchObject({ reason: "aborted" });
    clearInterval(seen);
    expect(server.requests).toHaveLength(1);
  });

  test("by a connection that is cut is tried again, and says what it was", async () => {
    await start((request) => request.socket.destroy(), { retries: 1 });
    expect(await failure(client.status())).toMatchObject({
      reason: "network",
      summary: "the connection was cut (ECONNRESET)",
      hint: "check endpoint, the network and the proxy settings",
    });
    expect(server.requests).toHaveLength(2);
  });

  test("by an answer that is not JSON is tried again, and shows how it begins", async () => {
    await start((request, response, count) =>
      count < 3 ? response.end("<html>secret-key") : ok(request, response, count),
    );
    expect(await client.status()).toEqual({ status: "OK" });
    await client.close();
    await server.close();
    await start((_request, response) => response.writeHead(203).end("<html>secret-key"));
    expect(await failure(client.status())).toMatchObject({
      reason: "invalid",
      url: `${server.url}/status`,
      status: 203,
      summary: "the answer is not JSON: <html>[secret]",
    });
    expect(server.requests).toHaveLength(3);
  });

  test("by an answer that is nested beyond reason is not tried again", async () => {
    await start((_request, response) => void response.end("[".repeat(101) + "]".repeat(101)));
    expect(await failure(client.get("location", "a b"))).toMatchObject({
      reason: "invalid",
      method: "GET",
      url: `${server.url}/locations/a%20b`,
      summary: "the answer is nested more than 100 levels deep",
      hint: "this is not what the API describes; check endpoint",
    });
    expect(server.requests).toHaveLength(1);
  });

  const mebibyte = 1024 * 1024;
  test.each<[string, number, () => Promise<unknown>]>([
    ["one value", 16 * mebibyte, () => client.status()],
    ["a list", 256 * mebibyte, () => client.locations()],
  ])("by an answer that says it is larger than %s may be is given up at once", async (_name, most, call) => {
    let size = most + 1;
    await start(
      (request, response) => {
        response.writeHead(200, { "content-length": String(size) });
        if (size > most) response.write("[");
        else response.write("[", () => request.socket.destroy());
      },
      { retries: 1 },
    );
    expect(await failure(call())).toMatchObject({
      reason: "network",
      summary: "the answer is larger than any that is expected (max-size)",
      hint: "lower pageSize",
    });
    expect(server.requests).toHaveLength(1);
    size = most;
    expect((await failure(call())).summary).not.toContain("larger");
    expect(server.requests).toHaveLength(3);
  });

  test("by an answer that is larger than any may be without saying so is given up", async () => {
    await start((_request, response) => void response.end(Buffer.alloc(16 * mebibyte + 1, " ")));
    expect(await failure(client.status())).toMatchObject({ summary: expect.stringContaining("max-size") as string });
    expect(server.requests).toHaveLength(1);
  });

  test("waits until a time by the clock of the server", async () => {
    const date = "Tue, 01 Jan 2036 00:00:00 GMT";
    await start((request, response, count) =>
      count === 1 ? json(response, 503, {}, { "retry-after": date, date }) : ok(request, response, count),
    );
    await client.status();
    expect(retried).toMatchObject([{ delay: 0 }]);
  });

  test("by a redirect is not followed, so that nothing is carried elsewhere", async () => {
    await start((request, response, count) =>
      count === 1 ? void response.writeHead(302, { location: "/other" }).end() : ok(request, response, count),
    );
    expect(await failure(client.status())).toMatchObject({ status: 302, summary: "redirected" });
    expect(urls()).toEqual(["/status"]);
  });

  test("is recorded where the settings say so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-calls-"));
    try {
      await start((_request, response) => json(response, 409, { message: "not for CI-1" }), { record: folder });
      await failure(client.get("location", "PAR"));
      const [name = "", ...more] = readdirSync(folder);
      expect(more).toEqual([]);
      expect(JSON.parse(readFileSync(join(folder, name), "utf8"))).toMatchObject({
        path: "/locations/text-1",
        status: 409,
        body: { message: "text-2" },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("because its token is refused fails where the token was given", async () => {
    await start((_request, response) => json(response, 401, { code: 42 }));
    expect(await failure(client.status())).toMatchObject({ status: 401, code: 42 });
    expect(urls()).toEqual(["/status"]);
  });
});

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

  test("is asked for by the credentials, once, and sent with each call", async () => {
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

  test("is asked for without a scope where there is none", async () => {
    await start(tokens(), { ...own, scope: "" });
    await client.status();
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({ grant_type: "client_credentials" });
  });

  test.each([
    [{ expires_in: 3600 }, 3539, 3541],
    [{ expires_in: 100 }, 89, 91],
    [{ expires_in: "100" }, 89, 91],
    [{}, 3539, 3541],
  ])("that says %j of its life is used for %i seconds, and not for %i", async (expires, still, over) => {
    const now = Date.now();
    const clock = jest.spyOn(Date, "now").mockReturnValue(now);
    await start(tokens(expires), own);
    for (const seconds of [0, still, over]) {
      clock.mockReturnValue(now + seconds * 1000);
      await client.status();
    }
    expect(sent()).toEqual(["Bearer t1", "Bearer t1", "Bearer t2"]);
  });

  test("that comes back in an answer is shown in no message", async () => {
    const echo: Respond = ({ headers }, response) => json(response, 409, { message: headers.authorization });
    await start(tokens({ access_token: "a-long-token" }, echo), own);
    expect(await failure(client.status())).toMatchObject({ status: 409, detail: "Bearer [secret]" });
  });

  test.each([42, 41, undefined])(
    "that the API refuses with code %s is renewed, at most three times in a call",
    async (code) => {
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
    },
  );

  test("that is refused leaves the retries for other faults", async () => {
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

  const settings = "check clientId and clientSecret (ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET) and tokenUrl";
  test.each<[string, Respond, object]>([
    [
      "with a reason",
      (_request, response) => json(response, 400, { error: "invalid_client" }),
      { status: 400, detail: "invalid_client" },
    ],
    [
      "because of its scope",
      (_request, response) => json(response, 400, { error: "invalid_scope" }),
      {
        status: 400,
        detail: "invalid_scope",
        hint: "set scope (ORANGE_CMDB_SCOPE) to one that the application has; try b2b:core-information:readonly, b2b:core-information:readOnly, b2b:core-information",
      },
    ],
    [
      "with a long reason, which is cut",
      (_request, response) => json(response, 400, { error: "x".repeat(150) }),
      { detail: `${"x".repeat(100)}…` },
    ],
    [
      "with what was sent, which is not shown",
      (request, response) => json(response, 400, { error: `${request.headers.authorization} came` }),
      { detail: "Basic [secret] came" },
    ],
    [
      "with the secret, which is not shown",
      (_request, response) => json(response, 400, { error: "the/secret" }),
      { detail: "[secret]" },
    ],
    ["without a token", (_request, response) => json(response, 200, {}), { status: 200, detail: undefined }],
    ["with HTML", (_request, response) => void response.end("<html>"), { status: 200 }],
    [
      "with a redirect, which is not followed",
      (_request, response) => void response.writeHead(302, { location: "/other" }).end(),
      { status: 302 },
    ],
    [
      "with more than any token has",
      (_request, response) => void response.end("x".repeat(1024 * 1024 + 1)),
      { summary: "no token: the answer is larger than any that is expected (max-size)", hint: "lower pageSize" },
    ],
  ])("that is refused %s fails at once", async (_name, answer, facts) => {
    await start(answer, own);
    const { reason, method, url, ...fault } = await failure(client.status());
    expect({ reason, method, url }).toEqual({ reason: "token", method: "POST", url: `${server.url}/token` });
    expect(fault).toMatchObject({
      summary: "no token",
      hint: settings,
      ...facts,
    });
    expect(urls()).toEqual(["/token"]);
  });

  test.each([500, 503, 429])("whose endpoint answers %i is asked for again", async (status) => {
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

  test("whose endpoint cuts the connection is asked for again, and it is said whose setting that is", async () => {
    await start((request) => request.socket.destroy(), { ...own, retries: 1 });
    expect(await failure(client.status())).toMatchObject({
      reason: "network",
      method: "POST",
      url: `${server.url}/token`,
      summary: "no token: the connection was cut (ECONNRESET)",
      hint: "check tokenUrl, the network and the proxy settings",
    });
    expect(server.requests).toHaveLength(2);
  });

  test("is asked for no more when the call is stopped", async () => {
    const stop = new AbortController();
    await start(() => stop.abort(), own);
    expect(await failure(client.status({ signal: stop.signal }))).toMatchObject({ reason: "aborted" });
    expect(server.requests).toHaveLength(1);
  });

  test("of an endpoint that credentials may not be sent to is not asked for", async () => {
    await start(ok);
    const plain = { ...own, tokenUrl: "http://login.example.com/token" };
    expect(() => new CoreInformationClient(settingsFor(server.url, plain))).toThrow("tokenUrl must be https");
    expect(() => new CoreInformationClient(settingsFor("http://api.example.com"))).toThrow("endpoint must be https");
  });
});

describe("a list", () => {
  const all = Array.from({ length: 7 }, (_, at) => ({ id: `L${at}` }));
  const number = (request: IncomingMessage, name: string): number =>
    Number(new URL(request.url ?? "", "http://test").searchParams.get(name));
  const paged = (style: "offset" | "page" | "none", pageSize = 3): Partial<ApiSettings> => ({
    paging: { style, limitParameter: "size", offsetParameter: "from", pageSize, sorting: false },
  });
  const slice = (request: IncomingMessage): object[] =>
    all.slice(number(request, "from"), number(request, "from") + number(request, "size"));
  const total = { "x-total-count": "7" };
  const queries = (): (string | undefined)[] =>
    urls()
      .map((url) => url?.split("?")[1])
      .sort();
  const ids = async (list: Promise<unknown[]>): Promise<string[]> =>
    (await list).map((record) => (record as { id: string }).id).sort();
  const incomplete = (why: string): object => ({
    reason: "incomplete",
    method: "GET",
    url: `${server.url}/locations`,
    summary: `the list is not complete: ${why}`,
    hint: "try again later; if it stays, check pagingStyle, limitParameter, offsetParameter and pageSize",
  });

  test("by offsets asks for each page once, each beginning with the last record of the one before", async () => {
    await start((request, response) => json(response, 206, slice(request), total), paged("offset"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=4"]);
  });

  test("of which a record went and another came between two pages is begun again", async () => {
    // The total stays, and without a look at the seam the record that moved over it would be on neither page.
    for (const settles of [true, false]) {
      let listed = all.slice();
      let changes = 0;
      await start((request, response) => {
        const from = number(request, "from");
        json(response, 206, listed.slice(from, from + number(request, "size")), total);
        if (from !== 0 || (settles && changes > 0)) return;
        changes += 1;
        listed = [...listed.slice(1), { id: `N${changes}` }];
      }, paged("offset"));
      const found = client.locations();
      if (settles) expect(await ids(found)).toEqual(listed.map(({ id }) => id).sort());
      else
        expect(await failure(found)).toEqual(
          incomplete("another record came at offset 2 than before; begun again 3 times"),
        );
      client.close();
      await server.close();
    }
  });

  test("whose count cannot be read is no list", async () => {
    await start((request, response) => {
      json(response, 206, slice(request), { "x-total-count": "7/7", "x-result-count": "3" });
    }, paged("offset"));
    expect(await failure(client.locations())).toMatchObject({
      reason: "invalid",
      summary: "X-Total-Count is no number",
    });
  });

  test("by numbers asks for each page once", async () => {
    await start((request, response) => {
      const from = (number(request, "from") - 1) * 3;
      json(response, 206, all.slice(from, from + 3), total);
    }, paged("page"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
    expect(queries()).toEqual(["size=3&from=1", "size=3&from=2", "size=3&from=3"]);
  });

  test("without pages asks once, and takes all or fails", async () => {
    await start(
      (_request, response, count) => json(response, 200, all, count === 1 ? total : { "x-total-count": "8" }),
      paged("none"),
    );
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual([undefined]);
    expect(await failure(client.locations())).toEqual(incomplete("7 of 8 announced records came"));
  });

  test("that announces no total is read until a page is empty", async () => {
    await start((request, response) => json(response, 200, slice(request)), paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=4", "size=3&from=6"]);
  });

  test.each([
    [200, 2, "page", true],
    [200, 4, "offset", true],
    [200, 3, "page", false],
    [200, 3, "offset", false],
    [206, 2, "offset", false],
    [206, 4, "page", false],
  ] as const)(
    "of no total, where %i with %i of 3 records comes again, by %s: whole is %p",
    async (status, count, style, isWhole) => {
      await start((_request, response) => json(response, status, all.slice(0, count)), paged(style));
      if (isWhole) return expect(await ids(client.locations())).toHaveLength(count);
      expect(await failure(client.locations())).toEqual(
        incomplete("the same page came again, and no total is announced"),
      );
    },
  );

  test("without pages that is a part, and does not say of how many, is no list", async () => {
    await start((_request, response) => json(response, 206, all), paged("none"));
    expect(await failure(client.locations())).toEqual(incomplete("a part came (206), and no total is announced"));
    client.close();
    await server.close();
    await start((_request, response) => json(response, 206, all, total), paged("none"));
    expect(await ids(client.locations())).toHaveLength(7);
  });

  test("of which a part came that is empty, and of how many is not said, is no list", async () => {
    await start((_request, response) => json(response, 206, []), paged("offset"));
    expect(await failure(client.locations())).toEqual(incomplete("a part came (206), and no total is announced"));
    client.close();
    await server.close();
    await start((request, response) => json(response, 206, slice(request)), paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
  });

  test("that is empty is asked for once", async () => {
    await start((_request, response) => json(response, 200, []), paged("offset"));
    expect(await client.locations()).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("whose pages come back short is filled up", async () => {
    await start((request, response) => {
      const from = number(request, "from");
      json(response, 206, all.slice(from, from + (from === 0 ? 3 : 2)), total);
    }, paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=3", "size=3&from=4", "size=3&from=5"]);
  });

  test("that has a hole, a moving total or too few records is no list", async () => {
    await start(
      (request, response) => json(response, 206, number(request, "from") === 2 ? [] : slice(request), total),
      paged("offset"),
    );
    expect(await failure(client.locations())).toEqual(
      incomplete("no record came at offset 2 of 7; begun again 3 times"),
    );
    expect(queries().filter((query) => query === "size=3&from=0")).toHaveLength(4);
    client.close();
    await server.close();
    await start(
      (request, response) =>
        json(response, 206, slice(request), number(request, "from") === 2 ? { "x-total-count": "8" } : total),
      paged("offset"),
    );
    expect(await failure(client.locations())).toEqual(incomplete("the total moved from 7 to 8; begun again 3 times"));
    client.close();
    await server.close();
    await start(
      (request, response) => json(response, 206, slice(request), number(request, "from") === 2 ? total : {}),
      paged("offset"),
    );
    expect(await failure(client.locations())).toEqual(
      incomplete("the total moved from unknown to 7; begun again 3 times"),
    );
  });

  test("that settles after it has moved is whole", async () => {
    let moves = 3;
    await start((request, response) => {
      const moved = number(request, "from") === 4 && moves-- > 0;
      json(response, 206, slice(request), moved ? { "x-total-count": "9" } : total);
    }, paged("offset"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
  });

  test("begins with the page that told it had changed, and begins again with a new one", async () => {
    let moves = 0;
    await start((request, response) => {
      const moved = number(request, "from") === 4 && moves-- > 0;
      json(response, 206, slice(request), moved ? { "x-total-count": "9" } : total);
    }, paged("offset"));
    const query = { size: "3", from: "0" };
    const known = { total: 7, pages: [{ query, etag: '"old"' }] };
    const first = "size=3&from=0";
    expect(await client.list("location", { known })).toHaveLength(7);
    expect(queries()).toEqual([first, "size=3&from=2", "size=3&from=4"]);
    moves = 1;
    server.requests.length = 0;
    expect(await ids(client.list("location", { known }))).toEqual(all.map(({ id }) => id));
    const asked = server.requests.filter(({ url }) => url?.endsWith(first));
    expect(asked.map(({ headers }) => headers["if-none-match"])).toEqual(['"old"', undefined]);
  });

  test("tells how far it is, passes parameters on, and is known by its tags", async () => {
    await start(
      (request, response) => json(response, 206, slice(request), { ...total, etag: `"${number(request, "from")}"` }),
      paged("offset", 4),
    );
    const seen: unknown[] = [];
    const listed = await client.pages("location", new RecordSink(), {
      parameters: { site: "PAR", size: "9" },
      onPage: (...page) => seen.push(page),
    });
    expect(seen).toEqual([
      [4, 7],
      [7, 7],
    ]);
    expect(queries()).toEqual(["site=PAR&size=4&from=0", "site=PAR&size=4&from=3"]);
    expect(listed).toEqual({
      unchanged: false,
      count: 7,
      newest: undefined,
      sortRefused: false,
      known: {
        total: 7,
        pages: [
          { query: { size: "4", from: "0" }, etag: '"0"' },
          { query: { size: "4", from: "3" }, etag: '"3"' },
        ],
      },
    });
  });

  test("with a page that stays broken says so after as many attempts as a call has", async () => {
    await start((_request, response) => void response.writeHead(200, total).end(`[{"id": "secret-key`), {
      ...paged("offset"),
      retries: 2,
    });
    expect(await failure(client.locations())).toMatchObject({
      reason: "invalid",
      url: `${server.url}/locations`,
      status: 200,
      summary: 'the answer is not JSON: [{"id": "[secret]',
    });
    expect(server.requests).toHaveLength(3);
  });

  test("of something else than records fails at once", async () => {
    await start((_request, response) => json(response, 200, { records: all }, total), paged("offset"));
    const { hint, ...fault } = await failure(client.locations());
    expect(fault).toMatchObject({
      reason: "invalid",
      method: "GET",
      url: `${server.url}/locations`,
      summary: "the answer is not an array",
    });
    expect(hint).toBe("this is not what the API describes; check endpoint");
    expect(server.requests).toHaveLength(1);
  });

  test("whose sink fails fails with it", async () => {
    await start((request, response) => json(response, 206, slice(request), total), paged("offset"));
    const full = { begin: () => undefined, add: () => Promise.reject(new Error("the disk is full")) };
    await expect(client.pages("location", full)).rejects.toThrow("the disk is full");
    expect(server.requests).toHaveLength(1);
  });

  test("is read several pages at once, as many as the settings say", async () => {
    let now = 0;
    let most = 0;
    await start(
      (request, response) => {
        most = Math.max(most, (now += 1));
        setTimeout(() => {
          now -= 1;
          json(response, 206, slice(request), total);
        }, 10);
      },
      { ...paged("offset", 1), concurrency: 3 },
    );
    expect(await ids(client.locations())).toHaveLength(7);
    expect(most).toBe(3);
  });
});

describe("connections", () => {
  const names = ["https_proxy", "all_proxy", "no_proxy"];
  const every = names.flatMap((name) => [name, name.toUpperCase()]);
  const kept = Object.fromEntries(every.map((name) => [name, process.env[name]]));
  const agents = new Agents();
  beforeEach(async () => {
    await start(ok);
    for (const name of every) delete process.env[name];
  });
  afterEach(() => {
    for (const name of every) delete process.env[name];
    for (const [name, value] of Object.entries(kept)) if (value !== undefined) process.env[name] = value;
  });
  const agentOf = async (url: string): Promise<HttpAgent> => await agents.for(new URL(url));

  test("are kept open, and certificates always checked", async () => {
    const plain = await agentOf("http://127.0.0.1:1");
    expect(plain).toBeInstanceOf(HttpAgent);
    expect(plain).toMatchObject({ keepAlive: true });
    const secure = await agentOf("https://api.example.com");
    expect(secure).toBeInstanceOf(HttpsAgent);
    expect(secure).toMatchObject({ options: { keepAlive: true, rejectUnauthorized: true } });
    expect(await agentOf("https://other.example.com")).toBe(secure);
    expect(await agentOf("http://localhost")).toBe(plain);
  });

  test.each(every.filter((name) => !/^no_/i.test(name)))(
    "go through the proxy of %s, but for loopback and what NO_PROXY names",
    async (name) => {
      process.env[name] = "http://proxy.example.com:3128";
      const proxied = await agentOf("https://api.example.com");
      expect(proxied).toMatchObject({ keepAlive: true, connectOpts: { rejectUnauthorized: true } });
      expect(String((proxied as unknown as { proxy: URL }).proxy)).toBe("http://proxy.example.com:3128/");
      expect(await agentOf("https://other.example.com")).toBe(proxied);
      for (const url of ["https://127.0.0.1", "http://127.0.0.1"])
        expect(await agentOf(url)).not.toHaveProperty("proxy");
      process.env["no_proxy"] = "api.example.com";
      expect(await agentOf("https://api.example.com")).not.toHaveProperty("proxy");
    },
  );

  test.each(["no_proxy", "NO_PROXY"])(
    "go past the proxy to addresses of IPv6 that %s names without brackets",
    async (name) => {
      process.env["https_proxy"] = "http://proxy.example.com:3128";
      const direct = await agentOf("https://127.0.0.1");
      const proxied = await agentOf("https://[2001:db8::1]");
      expect(proxied).toHaveProperty("proxy");
      for (const names of ["2001:db8::1", "2001:DB8:0::1", "a.example.com, 2001:db8::1 b.example.com"]) {
        process.env[name] = names;
        expect(await agentOf("https://[2001:db8::1]")).toBe(direct);
        for (const other of ["https://[2001:db8::2]", "https://c.example.com"])
          expect(await agentOf(other)).toBe(proxied);
      }
    },
  );

  test("to loopback are plain or not, as the address says", async () => {
    process.env["https_proxy"] = "http://proxy.example.com:3128";
    expect(await agentOf("https://127.0.0.1")).toBeInstanceOf(HttpsAgent);
    // Where plain http goes is decided elsewhere; through a proxy it never goes.
    expect(await agentOf("http://api.example.com")).toBe(await agentOf("http://127.0.0.1"));
    process.env["no_proxy"] = "api.example.com";
    expect(await agentOf("https://api.example.com")).toBe(await agentOf("https://localhost"));
  });

  test("end with the client", async () => {
    await client.status();
    const socket = server.requests[0]?.socket;
    const ended = new Promise((resolve) => socket?.once("close", resolve));
    client.close();
    await ended;
    const mine = new Agents();
    const destroyed = jest.spyOn(HttpsAgent.prototype, "destroy");
    await mine.for(new URL("https://api.example.com"));
    mine.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(destroyed).toHaveBeenCalled();
  });
});
