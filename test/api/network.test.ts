import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";
import { gzipBomb } from "../helpers/bomb";
import { certificateFor, startProxy, startTls, type Certificate, type Running } from "../helpers/tls";

const main = resolve(__dirname, "../../dist/cli/main.js");
const host = "cmdb.example.test";

let folder: string;
let certificate: Certificate;
const running: (Running | TestServer)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-network-"));
  certificate = await certificateFor(host);
  writeFileSync(join(folder, "ca.pem"), certificate.cert);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `orange-cmdb status` as a user would, with the environment of a proxy and of certificates. */
async function status(environment: Record<string, string>): Promise<{ code: number; text: string; seconds: number }> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/proxy/i.test(name)));
  const env = {
    ...clean,
    NODE_OPTIONS: "",
    ORANGE_CMDB_CACHE_DIR: ":memory:",
    ORANGE_CMDB_ACCESS_TOKEN: "secret-token",
    ORANGE_CMDB_API_KEY: "secret-key",
    ORANGE_CMDB_TIMEOUT: "10",
    ORANGE_CMDB_ENDPOINT: `https://${host}/v2`,
    ...environment,
  };
  const started = Date.now();
  return new Promise((done) => {
    execFile(process.execPath, [main, "status", "-o", "json"], { env }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, text: out + err, seconds: (Date.now() - started) / 1000 }),
    );
  });
}

const answer = (_request: unknown, response: ServerResponse): void => json(response, 200, { status: "OK" });
const trusting = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") });

async function api(of: Certificate = certificate): Promise<Running> {
  const server = await startTls(of, answer);
  running.push(server);
  return server;
}

async function proxyTo(port: number, credentials?: string): ReturnType<typeof startProxy> {
  const proxy = await startProxy(port, credentials);
  running.push(proxy);
  return proxy;
}

test("a call uses the proxy of the environment and a custom certificate authority", async () => {
  const proxy = await proxyTo((await api()).port);
  const { code, text } = await status({ ...trusting(), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  expect(text).toContain('"OK"');
  expect(code).toBe(0);
  expect(proxy.asked.map((asked) => asked.host)).toEqual([`${host}:443`]);
  // The proxy sees where it leads to, and nothing else.
  expect(JSON.stringify(proxy.asked)).not.toMatch(/secret-token|secret-key/);
});

test("a call authenticates to a proxy", async () => {
  const proxy = await proxyTo((await api()).port, "user:p@ss");
  const url = `http://user:p%40ss@127.0.0.1:${proxy.port}`;
  expect((await status({ ...trusting(), https_proxy: url })).code).toBe(0);
  const refused = await status({
    ...trusting(),
    https_proxy: `http://user:wrong@127.0.0.1:${proxy.port}`,
    ORANGE_CMDB_TIMEOUT: "2",
  });
  expect(refused.code).toBe(1);
  expect(refused.text).not.toContain("wrong");
});

test("hosts of NO_PROXY and loopback are never requested through a proxy", async () => {
  const proxy = await proxyTo((await api()).port);
  const local = await startServer(answer);
  running.push(local);
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
  const { code } = await status({ ...environment, ORANGE_CMDB_ENDPOINT: local.url });
  expect(code).toBe(0);
  const excepted = await status({ ...trusting(), ...environment, NO_PROXY: host });
  expect(excepted.text).toContain("host not found");
  expect(proxy.asked).toEqual([]);
});

test.each([
  ["an unknown authority", () => certificateFor(host), false],
  ["another host name", () => certificateFor("other.example.test"), true],
  ["a past expiry date", () => certificateFor(host, -2), true],
])("a certificate with %s is rejected at once, whatever the environment sets", async (_name, make, trusted) => {
  const made = await make();
  writeFileSync(join(folder, "made.pem"), made.cert);
  const proxy = await proxyTo((await api(made)).port);
  const { code, text, seconds } = await status({
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    ...(trusted ? { NODE_EXTRA_CA_CERTS: join(folder, "made.pem") } : {}),
  });
  expect(text.split("\n").filter((line) => line.startsWith("orange-cmdb:"))).toMatchSnapshot();
  expect(code).toBe(1);
  expect(seconds).toBeLessThan(8);
});

test("an unknown host fails at once", async () => {
  const { code, text } = await status({ ORANGE_CMDB_ENDPOINT: "https://nowhere.example.test/v2" });
  expect(text).toMatch(/host not found|DNS lookup failed temporarily/);
  expect(code).toBe(1);
});

async function fails(
  serve: (response: ServerResponse, count: number) => void,
  attemptTimeout = 1_000,
): Promise<unknown> {
  const server = await startServer((_request, response) => serve(response, server.requests.length));
  running.push(server);
  const client = new CoreInformationClient(settingsFor(server.url, { retries: 2, attemptTimeout }), { baseDelay: 1 });
  try {
    return await client.status();
  } catch (error) {
    return error;
  } finally {
    client.close();
  }
}

test.each<[string, (response: ServerResponse) => void]>([
  ["before its headers", (response) => response.destroy()],
  [
    "in the middle of its body",
    (response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 10);
    },
  ],
  ["after a body that is cut short, whole as it may seem", (response) => response.end('{"status":')],
])("a response that is truncated %s is requested again", async (_name, cut) => {
  expect(await fails((response, count) => (count < 3 ? cut(response) : json(response, 200, { fine: true })))).toEqual({
    fine: true,
  });
  expect(await fails(cut)).toMatchObject({ name: "ApiError" });
});

test("a response that arrives too slowly is a timeout", async () => {
  const timers: NodeJS.Timeout[] = [];
  const error = await fails((response) => {
    response.writeHead(200);
    timers.push(setInterval(() => response.write(" "), 20));
  }, 150);
  for (const timer of timers) clearInterval(timer);
  expect(error).toMatchObject({ reason: "timeout" });
}, 10_000);

test("a small response that decompresses to a huge one is rejected", async () => {
  const bomb = gzipBomb(300);
  expect(bomb.length).toBeLessThan(1024 * 1024);
  const error = await fails((response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(bomb);
  }, 30_000);
  expect(error).toMatchObject({
    reason: "network",
    message: expect.stringContaining("exceeds the maximum size") as string,
  });
}, 60_000);

test("a token response of HTML, or of a megabyte, is rejected", async () => {
  for (const body of ["<html>login</html>", "x".repeat(2 * 1024 * 1024)]) {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(body);
    });
    running.push(server);
    const settings = settingsFor(server.url, { accessToken: undefined, clientId: "id", clientSecret: "secret-x" });
    const client = new CoreInformationClient(settings, { baseDelay: 1 });
    const error: unknown = await client.status().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ reason: "token" });
    expect(String(error)).not.toContain("secret-x");
    client.close();
  }
});
