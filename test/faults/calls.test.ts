import type { IncomingMessage, ServerResponse } from "node:http";
import { CoreInformationClient } from "../../provider/api/client";
import { ApiError } from "../../provider/api/errors/errors";
import { apiDefaults, type ApiSettings } from "../../provider/api/http/settings";
import { resolveSettings } from "../../provider/settings/resolve";
import { startSandbox, type Sandbox } from "../../sandbox";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

const closing: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  const server = await startServer(answer);
  closing.push(server);
  return server;
}

function clientOf(url: string, changes: Partial<ApiSettings> = {}): CoreInformationClient {
  const client = new CoreInformationClient(settingsFor(url, changes), { baseDelay: 1 });
  closing.push(client);
  return client;
}

const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

test("a call is retried after every 5xx status, and then fails with the status", async () => {
  let status = 500;
  const server = await serve((_request, response) => {
    response.writeHead(status);
    response.end();
  });
  const client = clientOf(server.url);
  for (; status < 600; status += 1) {
    const before = server.requests.length;
    expect(await caught(client.status())).toMatchObject({ name: "ApiError", reason: "http", status });
    expect([status, server.requests.length - before]).toEqual([status, 3]);
  }
});

describe("a call", () => {
  /** How a call goes whose first answer asks for a pause. */
  async function after(headers: Record<string, string>): Promise<{ result: unknown; waited: number }> {
    const server = await serve((_request, response) => {
      if (server.requests.length === 1) json(response, 429, { code: 53, message: "Too many" }, headers);
      else json(response, 200, { status: "OK" });
    });
    const began = Date.now();
    const result = await caught(clientOf(server.url).status());
    return { result, waited: Date.now() - began };
  }
  const from = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

  test.each([
    ["years in seconds", "315360000"],
    ["more seconds than a timer can count", "99999999999999999999"],
    ["a date in years", "Fri, 01 Jan 2199 00:00:00 GMT"],
  ])("fails at once if Retry-After exceeds its timeout: %s", async (_name, value) => {
    const { result, waited } = await after({ "retry-after": value });
    expect(result).toMatchObject({ name: "ApiError", status: 429 });
    expect(waited).toBeLessThan(4_000);
  });

  test.each([
    ["negative", "-5"],
    ["a fraction", "1.5e9"],
    ["garbage", "soon 7"],
    ["a date without a time", "2199-01-01"],
    ["empty", ""],
    ["a date that has passed", "Wed, 21 Oct 2015 07:28:00 GMT"],
  ])("ignores an invalid or past Retry-After: %s", async (_name, value) => {
    const { result, waited } = await after({ "retry-after": value });
    expect(result).toEqual({ status: "OK" });
    expect(waited).toBeLessThan(4_000);
  });

  test("waits until the date of Retry-After by the clock of the server, also if it is two hours off", async () => {
    for (const off of [-7200, 7200]) {
      const { result, waited } = await after({ date: from(off), "retry-after": from(off + 2) });
      expect(result).toEqual({ status: "OK" });
      // Dates of HTTP have whole seconds.
      expect(waited).toBeGreaterThanOrEqual(900);
    }
  }, 30_000);
});

test("a timeout that exceeds the range of a timer is rejected", () => {
  const resolve = (): unknown =>
    resolveSettings({ accessToken: "x", timeout: 3_000_000 }, () => undefined, {} as NodeJS.ProcessEnv);
  expect(resolve).toThrowErrorMatchingInlineSnapshot(`
   "settings of the inventory are missing or wrong:
     - timeout is wrong: is more than 2000000 seconds (pulumi config set orange-cmdb:timeout …  or  ORANGE_CMDB_TIMEOUT=…)"
  `);
});

describe("a redirect", () => {
  const places = (own: string, other: string): [string, string][] => [
    ["to the same host", `${own}/elsewhere`],
    ["without a host", "/elsewhere"],
    ["to itself, without end", `${own}/status`],
    ["to another host", `${other}/status`],
    ["to plain http", "http://api.example.test/status"],
    ["to nowhere", ""],
    ["to what is not a URL", "http://[::bad"],
  ];
  test.each([301, 302, 303, 307, 308])("with status %d is not followed to any target", async (status) => {
    const other = await serve((_request, response) => json(response, 200, {}));
    let location = "";
    const server = await serve((_request, response) => {
      response.writeHead(status, { location });
      response.end();
    });
    const client = clientOf(server.url);
    for (const [name, to] of places(server.url, other.url)) {
      location = to;
      const before = server.requests.length;
      const error = (await caught(client.status())) as ApiError;
      expect([name, error.name, error.status]).toEqual([name, "ApiError", status]);
      expect(error.message).toContain("redirects are not followed");
      expect([name, server.requests.length - before]).toEqual([name, 1]);
    }
    expect(other.requests).toEqual([]);
  });

  test("of the token endpoint is not followed, so that the secret does not leave the host", async () => {
    const other = await serve((_request, response) => json(response, 200, { access_token: "x", token_type: "Bearer" }));
    const server = await serve((_request, response) => {
      response.writeHead(307, { location: `${other.url}/token` });
      response.end();
    });
    const client = clientOf(server.url, { accessToken: undefined, clientId: "id", clientSecret: "the-secret" });
    expect(await caught(client.status())).toMatchObject({ reason: "token", status: 307 });
    expect(other.requests).toEqual([]);
  });
});

describe("a token that is rejected while a list is read", () => {
  const paging = { ...apiDefaults.paging, pageSize: 10 };
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ size: 200, rate: 0 });
    closing.push(sandbox);
  });
  const client = (tokenUrl = sandbox.tokenUrl): CoreInformationClient =>
    clientOf(sandbox.endpoint, {
      accessToken: undefined,
      clientId: "sandbox-client",
      clientSecret: "sandbox-secret",
      apiKey: "sandbox-api-key",
      tokenUrl,
      paging,
      timeout: 20_000,
    });
  const pages = (): number => sandbox.requests.filter(({ path }) => path.includes("?")).length;

  /** A token endpoint that gives one token, and then answers something else. */
  async function once(then: (response: ServerResponse) => void): Promise<TestServer> {
    const endpoint = await serve((request, response) => {
      if (endpoint.requests.length > 1) return then(response);
      const headers = request.headers as Record<string, string>;
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const asked = fetch(sandbox.tokenUrl, {
          method: "POST",
          headers: {
            authorization: headers["authorization"] ?? "",
            "content-type": headers["content-type"] ?? "",
          },
          body: Buffer.concat(parts).toString(),
        });
        void asked.then(async (answer) => json(response, answer.status, await answer.json()));
      });
    });
    return endpoint;
  }

  test.each([
    ["because it has expired", 42],
    ["because it was revoked", 41],
  ])("%s is renewed, and the list is complete", async (_name, code) => {
    const one = client();
    const listed = one.list("configurationItem", {
      onPage: () => {
        if (pages() === 1) sandbox.fail({ status: 401, body: { code, message: "Credentials" } });
      },
    });
    expect(await listed).toHaveLength(200);
    expect(sandbox.requests.filter(({ path }) => path === "/oauth/v3/token")).toHaveLength(2);
  });

  test.each<[string, (response: ServerResponse) => void, object]>([
    ["is down", (response) => response.destroy(), { reason: "network" }],
    ["returns HTML", (response) => void response.writeHead(200).end("<html>login</html>"), { reason: "token" }],
    ["returns 503", (response) => void response.writeHead(503).end(), { reason: "http", status: 503 }],
    [
      "rejects the client",
      (response) => json(response, 401, { error: "invalid_client" }),
      { reason: "token", status: 401 },
    ],
  ])("fails the list, without a part of it, if the token endpoint %s", async (_name, then, wanted) => {
    const endpoint = await once(then);
    const one = client(`${endpoint.url}/token`);
    const listed = one.list("configurationItem", {
      onPage: () => sandbox.fail({ status: 401, body: { code: 42, message: "Expired" }, times: 99 }),
    });
    const error = await caught(listed);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject(wanted);
  });
});
