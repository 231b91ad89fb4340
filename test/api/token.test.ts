import { OAuth2Server } from "oauth2-mock-server";
import { CoreInformationClient } from "../../provider/api/client";
import { startSandbox, type Sandbox } from "../../sandbox";
import { apiDefaults } from "../../provider/api/http/settings";
import { json, settingsFor, startServer } from "../helpers/server";

const credentials = {
  accessToken: undefined,
  clientId: "sandbox-client",
  clientSecret: "sandbox-secret",
  apiKey: "sandbox-api-key",
};

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

const tokenRequests = (): number => sandbox?.requests.filter(({ path }) => path === "/oauth/v3/token").length ?? 0;

test("concurrent calls share one token", async () => {
  sandbox = await startSandbox();
  const client = new CoreInformationClient(
    settingsFor(sandbox.endpoint, { ...credentials, tokenUrl: sandbox.tokenUrl }),
  );
  await Promise.all([client.status(), client.version(), client.locations()]);
  expect(tokenRequests()).toBe(1);
  client.close();
});

test("a token is renewed before it ends", async () => {
  sandbox = await startSandbox({ tokenLifetime: 1 });
  const client = new CoreInformationClient(
    settingsFor(sandbox.endpoint, { ...credentials, tokenUrl: sandbox.tokenUrl }),
  );
  await client.status();
  await new Promise((resolve) => setTimeout(resolve, 950));
  await client.status();
  expect(tokenRequests()).toBe(2);
  expect(sandbox.requests.every(({ status }) => status === 200)).toBe(true);
  client.close();
});

test("a token that is always rejected fails after three renewals", async () => {
  sandbox = await startSandbox();
  const client = new CoreInformationClient(
    settingsFor(sandbox.endpoint, { ...credentials, tokenUrl: sandbox.tokenUrl }),
    { baseDelay: 1 },
  );
  sandbox.fail({ status: 401, body: { code: 42, message: "Expired credentials" } });
  await expect(client.status()).resolves.toMatchObject({ status: "ok" });
  expect(tokenRequests()).toBe(2);
  sandbox.fail({ status: 401, body: { code: 42, message: "Expired credentials" }, times: 4 });
  await expect(client.status()).rejects.toMatchObject({
    status: 401,
    code: 42,
    message: expect.stringMatching(/check clientId, clientSecret and apiKey.*expires two years after issue/) as string,
  });
  expect(tokenRequests()).toBe(5);
  client.close();
});

test("two clients that revoke each other's tokens both read their whole lists", async () => {
  let issued = 0;
  const all = Array.from({ length: 40 }, (_, index) => ({ id: `LOC-${index}` }));
  const server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://test");
    if (pathname === "/token") {
      issued += 1;
      return json(response, 200, { access_token: `token-${issued}`, token_type: "Bearer", expires_in: 3600 });
    }
    if (request.headers.authorization !== `Bearer token-${issued}`)
      return json(response, 401, { code: 42, message: "Expired credentials" });
    const offset = Number(searchParams.get("offset"));
    json(response, 200, all.slice(offset, offset + 10), { "x-total-count": "40", "x-result-count": "10" });
  });
  const paging = { ...apiDefaults.paging, pageSize: 10 };
  const settings = settingsFor(server.url, { ...credentials, paging, concurrency: 1, retries: 0 });
  const clients = [1, 2].map(() => new CoreInformationClient(settings));
  // One call at a time, in turn: each client's renewal revokes the other's token.
  for (let round = 0; round < 3; round += 1)
    for (const client of clients) expect(await client.locations()).toHaveLength(40);
  expect(issued).toBe(6);
  for (const client of clients) client.close();
  await server.close();
});

test("an error about wrong credentials names the settings, and not their values", async () => {
  sandbox = await startSandbox();
  const wrong = { ...credentials, clientSecret: "not-the-secret", tokenUrl: sandbox.tokenUrl };
  const client = new CoreInformationClient(settingsFor(sandbox.endpoint, wrong), { baseDelay: 1 });
  const error: unknown = await client.status().catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: "token", status: 401 });
  expect(String(error)).toContain("clientSecret");
  expect(String(error)).not.toContain("not-the-secret");
  client.close();
});

test("a token of an independent OAuth server is accepted", async () => {
  const issuer = new OAuth2Server();
  await issuer.issuer.keys.generate("RS256");
  await issuer.start(0, "127.0.0.1");
  const seen: (string | undefined)[] = [];
  const api = await startServer((request, response) => {
    seen.push(request.headers.authorization);
    json(response, 200, { status: "OK" });
  });
  const tokenUrl = `http://127.0.0.1:${issuer.address().port}/token`;
  const client = new CoreInformationClient(settingsFor(api.url, { ...credentials, tokenUrl }));
  await client.status();
  expect(seen[0]).toMatch(/^Bearer ey/);
  client.close();
  await api.close();
  await issuer.stop();
});

test.each(["before the response", "in its middle"])(
  "a token endpoint that stops responding %s is a timeout for every waiting call",
  async (where) => {
    const silent = await startServer((_request, response) => {
      if (where === "in its middle") response.writeHead(200, { "content-type": "application/json" }).write("{");
    });
    const settings = settingsFor(silent.url, { ...credentials, attemptTimeout: 50, retries: 1 });
    const client = new CoreInformationClient(settings, { baseDelay: 1 });
    for (const call of [client.status(), client.version()])
      await expect(call).rejects.toMatchObject({
        reason: "timeout",
        method: "POST",
        url: `${silent.url}/token`,
        message: expect.stringContaining("no token: no response within 0.05 s; check tokenUrl") as string,
      });
    expect(silent.requests.every(({ url }) => url === "/token")).toBe(true);
    client.close();
    await silent.close();
  },
);

test("an aborted call does not take the token from other calls", async () => {
  let answer = (): void => undefined;
  const slow = await startServer((request, response) => {
    if (request.url !== "/token") return json(response, 200, { status: "OK" });
    answer = () => json(response, 200, { access_token: "slow-token", token_type: "bearer" });
  });
  const client = new CoreInformationClient(settingsFor(slow.url, { ...credentials, retries: 0 }));
  const gaveUp = new AbortController();
  const calls = [client.status({ signal: gaveUp.signal }), client.version()];
  const first = expect(calls[0]).rejects.toMatchObject({ reason: "aborted" });
  while (slow.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  gaveUp.abort();
  await first;
  answer();
  await expect(calls[1]).resolves.toEqual({ status: "OK" });
  expect(slow.requests.map(({ url }) => url)).toEqual(["/token", "/version"]);
  // One who comes too late does not even ask.
  await expect(client.status({ signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: "aborted" });
  client.close();
  await slow.close();
});
