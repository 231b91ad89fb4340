import { inspect } from "node:util";
import { CoreInformationClient } from "../../provider/api/client";
import { ApiError } from "../../provider/api/errors/errors";
import { errorTable } from "../../provider/api/errors/error-catalogue";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer | undefined;
let client: CoreInformationClient | undefined;

afterEach(async () => {
  client?.close();
  await server?.close();
});

async function failure(status: number, body: string, headers: Record<string, string> = {}): Promise<ApiError> {
  server = await startServer((_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  });
  client = new CoreInformationClient(settingsFor(server.url), { baseDelay: 1, throttlePause: 1 });
  const error: unknown = await client.status().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

const rows = errorTable.flatMap((row) => (row.codes.length > 0 ? row.codes : [99]).map((code) => ({ ...row, code })));

test.each(rows)("$status with code $code: $meaning, $action", async ({ status, code, action }) => {
  const error = await failure(status, JSON.stringify({ code, message: "What it says", description: "More" }), {
    "x-correlation-id": "request-7",
  });
  expect(error).toMatchObject({ status, code, description: "More", requestId: "request-7", method: "GET" });
  expect(error.message).toContain("What it says");
  expect(error.url).toBe(`${server?.url}/status`);
  expect(server?.requests).toHaveLength(action === "retry" ? 3 : 1);
});

test("each status of the API catalogue has a row", () => {
  const statuses = new Set(errorTable.map((row) => row.status));
  expect([...statuses].sort()).toEqual([
    400, 401, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 429, 500, 502, 503, 504,
  ]);
});

test("an HTML error page becomes an error with its beginning", async () => {
  const error = await failure(404, "<html>\u001b[31m<h1>No such page</h1></html>");
  expect(error.message).toContain("<h1>No such page</h1>");
  expect(error.message).not.toContain("\u001b");
});

test("an empty error response is an error", async () => {
  expect((await failure(409, "")).message).toContain("(empty)");
});

test("a redirect is not followed, and no credentials leave the host", async () => {
  const other = await startServer((_request, response) => json(response, 200, {}));
  const error = await failure(302, "", { location: `${other.url}/status` });
  await other.close();
  expect(error.message).toContain("redirects are not followed");
  expect(other.requests).toHaveLength(0);
});

test("no message holds the token or the key", async () => {
  const error = await failure(401, JSON.stringify({ code: 41, message: "no" }));
  expect(`${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`).not.toMatch(/secret-token|secret-key/);
});

test("a call waits as long as Retry-After says", async () => {
  let count = 0;
  server = await startServer((_request, response) => {
    count += 1;
    if (count === 1) json(response, 429, { code: 53, message: "Too many" }, { "retry-after": "1" });
    else json(response, 200, { status: "OK" });
  });
  client = new CoreInformationClient(settingsFor(server.url), { baseDelay: 1, throttlePause: 1 });
  const started = Date.now();
  await expect(client.status()).resolves.toEqual({ status: "OK" });
  expect(Date.now() - started).toBeGreaterThanOrEqual(990);
});

test("a slow response is retried, and fails as a timeout", async () => {
  server = await startServer(() => undefined);
  client = new CoreInformationClient(settingsFor(server.url, { attemptTimeout: 50, retries: 1 }), {
    baseDelay: 1,
    throttlePause: 1,
  });
  await expect(client.status()).rejects.toMatchObject({ reason: "timeout" });
  expect(server.requests).toHaveLength(2);
});

test("the caller can abort a call", async () => {
  server = await startServer(() => undefined);
  client = new CoreInformationClient(settingsFor(server.url));
  await expect(client.status({ signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ reason: "aborted" });
});

test("plain HTTP is rejected, except on loopback", () => {
  expect(() => new CoreInformationClient(settingsFor("http://api.example.com"))).toThrow(/https/);
});

test("closing the client ends a call that waits for its next attempt", async () => {
  const server = await startServer((_request, response) => json(response, 503, {}, { "retry-after": "4" }));
  try {
    const waiting = new Promise<void>((retry) => {
      const client = new CoreInformationClient(settingsFor(server.url), { onRetry: () => setImmediate(done) });
      const call = expect(client.status()).rejects.toMatchObject({ reason: "aborted" });
      function done(): void {
        client.close();
        retry(call);
      }
    });
    await waiting;
    expect(server.requests).toHaveLength(1);
  } finally {
    await server.close();
  }
}, 2_000);

test("no message has the headers that a server echoes", async () => {
  const secrets = { clientId: "the-client-id", clientSecret: "se/cret+with ödd=chars", apiKey: "the-api-key-0815" };
  const server = await startServer((request, response) => {
    if (request.method === "POST") return json(response, 200, { access_token: "token-4711-abc", token_type: "Bearer" });
    const { authorization, "x-api-key": key } = request.headers;
    const echo = `\u001b[31m${authorization} ${String(key)} ${encodeURIComponent(secrets.clientSecret)}`;
    if (request.url === "/version") {
      response.writeHead(500);
      return response.end(`<html>${echo}</html>`);
    }
    json(response, 400, { code: 20, message: echo, description: echo }, { "x-request-id": String(key) });
  });
  const settings = settingsFor(server.url, { ...secrets, accessToken: undefined, retries: 0 });
  const client = new CoreInformationClient(settings, { baseDelay: 1, throttlePause: 1 });
  try {
    for (const call of [client.status(), client.version()]) {
      const error = (await call.catch((caught: unknown) => caught)) as ApiError;
      const all = `${error.message} ${error.stack} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`;
      expect(all).toContain("[secret]");
      for (const secret of [...Object.values(secrets), encodeURIComponent(secrets.clientSecret), "token-4711-abc"])
        expect(all).not.toContain(secret);
      expect(error.message).not.toContain("\u001b");
    }
  } finally {
    client.close();
    await server.close();
  }
});
