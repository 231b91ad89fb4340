import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InventoryArgs } from "../../provider/settings/args";
import type { SyncEvent } from "../../provider/inventory/events";
import type { OpenOptions } from "../../provider/inventory/open";
import { ApiError } from "../../provider/api/errors/errors";
import { InventoryFileError } from "../../provider/inventory/store/database";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { autoClose } from "../helpers/hooks";
import { certificateFor, startProxy, startTls } from "../helpers/tls";
import { serveFile, sha256, status, type FileServer } from "./helpers/file-server";
import { temporaryFolder } from "./helpers/files";

const closeLater = autoClose();
const temporary = temporaryFolder();
let scene: TestEnvironment;
let inventory: Buffer;
let smaller: Buffer;
let server: FileServer;
let url: string;

/** The query of a presigned URL. */
const signature = "X-Amz-Signature=5ecret5ignature&X-Amz-Date=20261129T000000Z";
const none = {
  ORANGE_CMDB_CLIENT_ID: "",
  ORANGE_CMDB_CLIENT_SECRET: "",
  ORANGE_CMDB_API_KEY: "",
  ORANGE_CMDB_ENDPOINT: "",
  ORANGE_CMDB_TOKEN_URL: "",
};

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 300 });
  const save = async (...kinds: string[]): Promise<Buffer> => {
    const file = join(scene.cacheDir, "inventory.db");
    const { code } = await scene.cli(["sync", ...kinds, "--save", file], {
      ORANGE_CMDB_CACHE_DIR: join(scene.cacheDir, `mirror${kinds.length}`),
    });
    expect(code).toBe(0);
    return readFileSync(file);
  };
  inventory = await save();
  smaller = await save("locations");
});
afterAll(() => scene.end());
beforeEach(async () => {
  server = await serveFile(inventory);
  closeLater(server);
  url = `${server.url}/team/inventory.db`;
});

/** Opens the inventory of the URL with an empty environment, and returns the number of locations. */
async function read(changes: InventoryArgs = {}, options: OpenOptions = {}): Promise<number> {
  const args = { inventoryFile: url, cacheDir: temporary(), timeout: 5, ...changes };
  const reader = await scene.open({ args, ...options });
  try {
    return reader.list("location").length;
  } finally {
    reader.close();
  }
}

async function failure(changes: InventoryArgs = {}, options: OpenOptions = {}): Promise<Error> {
  const error: unknown = await read(changes, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

/** Runs the command without credentials. */
function cli(args: readonly string[], changes: Record<string, string> = {}): Promise<CommandResult> {
  return scene.cli(args, { ...none, ORANGE_CMDB_CACHE_DIR: temporary(), ...changes });
}

const contents = (): string[] => readdirSync(temporary()).filter((name) => name.endsWith(".db"));

const locations = (): number => scene.sandbox.records("location").length;

test("downloads the file once, and then sends its ETag", async () => {
  expect([await read(), await read(), await read()]).toEqual([locations(), locations(), locations()]);
  expect(server.statuses).toEqual([200, 304, 304]);
  expect(server.requests[1]?.headers["if-none-match"]).toBe(server.validators()["etag"]);
});

test("sends the modification time if the server sends no ETag", async () => {
  server.validators = () => ({ "last-modified": "Sun, 29 Nov 2026 10:00:00 GMT" });
  await read();
  await read();
  expect(server.statuses).toEqual([200, 304]);
});

test("downloads again only after maxAge if the server sends no validator", async () => {
  server.validators = () => ({});
  await read();
  await read();
  expect(server.statuses).toEqual([200]);
  await read({ maxAge: 0 });
  await read({}, { notBefore: Date.now() + 1 });
  expect(server.statuses).toEqual([200, 200, 200]);
});

test("reads the new file after a change, and removes the old copy", async () => {
  await read();
  const [old] = contents();
  server.content = smaller;
  const reader = await scene.open({}, { inventoryFile: url, cacheDir: temporary() });
  expect(Object.keys(reader.info().counts)).toEqual(["location"]);
  reader.close();
  expect(contents()).toEqual([expect.not.stringContaining(old ?? "")]);
});

test("only the owner can read the copy, and no file of the cache has the query or the token", async () => {
  await read({ inventoryFile: `${url}?${signature}`, inventoryToken: "5ecret-token" });
  const names = readdirSync(temporary());
  expect(names.map((name) => name.replace(/[0-9a-f]{16,}/g, "…")).sort()).toEqual(
    ["url-….json", "url-….lock", "url-….….db"].sort(),
  );
  for (const name of names) {
    expect([name, statSync(temporary(name)).mode & 0o077]).toEqual([name, 0]);
    expect(readFileSync(temporary(name), "latin1")).not.toMatch(/5ecret/);
  }
});

test("a URL that is signed again uses the same copy", async () => {
  await read({ inventoryFile: `${url}?${signature}` });
  await read({ inventoryFile: `${url}?X-Amz-Signature=other&X-Amz-Date=20261130T000000Z` });
  expect(server.statuses).toEqual([200, 304]);
  await read({ inventoryFile: `${url}?ref=other` });
  expect(server.statuses).toEqual([200, 304, 200]);
});

describe("with a pin", () => {
  test("a cached file with the pinned content is read without a request", async () => {
    const inventoryFile = `${url}#sha256=${sha256(inventory).toUpperCase()}`;
    await read({ inventoryFile });
    server.content = smaller;
    expect(await read({ inventoryFile })).toBe(locations());
    await server.close();
    expect(await read({ inventoryFile })).toBe(locations());
    expect(server.requests).toHaveLength(1);
  });

  test("a file with another checksum is rejected with both checksums, and the cached copy is kept", async () => {
    await read();
    server.content = smaller;
    const error = await failure({ inventoryFile: `${url}#sha256=${"0".repeat(64)}`, maxStale: "1d" });
    expect(error).toBeInstanceOf(InventoryFileError);
    expect(error.message).toBe(
      `the inventory file ${url} has the SHA-256 ${sha256(smaller)}, not the pinned ${"0".repeat(64)}; pin the new file if you expect the change`,
    );
    server.content = inventory;
    await read();
    expect(server.statuses.at(-1)).toBe(304);
  });

  test("a copy that was replaced together with its manifest is downloaded again", async () => {
    const inventoryFile = `${url}#sha256=${sha256(inventory)}`;
    await read({ inventoryFile });
    const [name = ""] = contents();
    const [manifest = ""] = readdirSync(temporary()).filter((file) => file.endsWith(".json"));
    writeFileSync(temporary(name), smaller);
    const held = JSON.parse(readFileSync(temporary(manifest), "utf8")) as object;
    writeFileSync(temporary(manifest), JSON.stringify({ ...held, size: smaller.length }));
    expect(await read({ inventoryFile })).toBe(locations());
    expect(server.requests).toHaveLength(2);
    expect(sha256(readFileSync(temporary(contents()[0] ?? "")))).toBe(sha256(inventory));
  });
});

test("a damaged copy is downloaded again", async () => {
  await read();
  const [name = ""] = contents();
  const damaged = Buffer.from(inventory);
  damaged[5_000] = (damaged[5_000] ?? 0) ^ 0x55;
  writeFileSync(temporary(name), damaged);
  expect(await read()).toBe(locations());
  expect(server.statuses).toEqual([200, 200]);
  writeFileSync(temporary(readdirSync(temporary()).find((file) => file.endsWith(".json")) ?? ""), "{");
  expect(await read()).toBe(locations());
  rmSync(temporary(name));
  expect(await read()).toBe(locations());
  expect(server.statuses).toEqual([200, 200, 200, 200]);
});

test("a damaged file of the server is rejected, and the cached copy is kept", async () => {
  await read();
  const [name] = contents();
  for (const [content, problem] of [
    [Buffer.from("<html>Sign in</html>"), "is not an inventory file"],
    [inventory.subarray(0, inventory.length - 100), "is corrupt"],
  ] as const) {
    server.content = content;
    expect((await failure()).message).toBe(
      `the inventory file ${url} (${content.length} bytes) ${problem}; check inventoryFile, or create the file again with orange-cmdb sync --save`,
    );
  }
  expect(contents()).toEqual([name]);
  server.content = inventory;
  await read();
  expect(server.statuses.at(-1)).toBe(304);
});

test("a truncated body is requested again, and leaves no partial file", async () => {
  server.next.push((_request, response) => {
    response.writeHead(200, { "content-length": String(inventory.length) });
    response.write(inventory.subarray(0, 10_000), () => response.destroy());
  });
  const events: SyncEvent[] = [];
  expect(await read({}, { onEvent: (event) => void events.push(event) })).toBe(locations());
  expect(events.map(({ type }) => type)).toEqual(["retry", "downloaded"]);
  expect(readdirSync(temporary()).filter((name) => name.includes("partial"))).toEqual([]);
});

test("a response that declares more than 4 GB is rejected before its body is read", async () => {
  server.next.push((_request, response) => {
    response.writeHead(200, { "content-length": String(5 * 1024 ** 3) });
    response.write("x");
  });
  expect((await failure()).message).toBe(`the inventory file ${url} exceeds 4 GB; check inventoryFile`);
});

test.each([
  [401, "credentials invalid (401); check inventoryToken"],
  [403, "access denied (403); check inventoryToken, or create the URL again if it was presigned and has expired"],
  [404, "not found (404); check inventoryFile; a private server may require inventoryToken"],
])("a response with status %d is an error without a retry", async (code, message) => {
  server.next.push(status(code));
  const error = await failure({ inventoryFile: `${url}?${signature}` });
  expect(error).toBeInstanceOf(ApiError);
  expect(error.message).toBe(`GET ${url}: ${message}`);
  expect(server.requests).toHaveLength(1);
});

test("a response with status 429 or 503 is retried after the time that the server asks for", async () => {
  server.next.push(status(503, { "retry-after": "0" }), status(429, { "retry-after": "1" }));
  const startedAt = Date.now();
  expect(await read()).toBe(locations());
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  expect(server.statuses).toEqual([503, 429, 200]);
});

describe("if the download fails", () => {
  const unavailable = (): void =>
    void server.next.push(...Array.from({ length: 5 }, () => status(503, { "retry-after": "0" })));

  test("a cached copy is not used by default", async () => {
    await read();
    unavailable();
    expect((await failure()).message).toBe(`GET ${url}: temporarily unavailable (503); try again later`);
  });

  test("maxStale allows a copy that was checked recently, and the age is reported", async () => {
    await read();
    unavailable();
    const events: SyncEvent[] = [];
    const args = { inventoryFile: url, cacheDir: temporary(), maxStale: "1h" };
    const reader = await scene.open({ args, onEvent: (event) => void events.push(event) });
    const reason = `GET ${url}: temporarily unavailable (503); try again later`;
    expect(reader.info().staleReason).toBe(reason);
    expect(events.at(-1)).toEqual({ type: "stale", syncedAt: reader.info().syncedAt, reason });
    reader.close();
    unavailable();
    const { code, err } = await cli(["list", "locations", "--inventory", url], { ORANGE_CMDB_MAX_STALE: "1h" });
    expect([code, err]).toEqual([0, expect.stringMatching(/using the inventory of 20.*unavailable \(503\)/)]);
  });

  test.each([401, 403])(
    "maxStale does not allow a copy if the server answers %i: the right to read may be lost",
    async (refused) => {
      await read();
      server.next.push(status(refused));
      expect((await failure({ maxStale: "1h" })).message).toContain(`(${refused})`);
      expect(await read({ maxStale: "1h" })).toBe(locations());
    },
  );

  test("maxStale does not allow a damaged copy, or one that was last checked longer ago", async () => {
    await read();
    const old = new Date(Date.now() - 2 * 3_600_000);
    const manifest = temporary(readdirSync(temporary()).find((name) => name.endsWith(".json")) ?? "");
    utimesSync(manifest, old, old);
    unavailable();
    expect((await failure({ maxStale: "1h" })).message).toContain("503");
    unavailable();
    expect(await read({ maxStale: "3h" })).toBe(locations());
    const [name = ""] = contents();
    appendFileSync(temporary(name), "x");
    unavailable();
    expect((await failure({ maxStale: "3h" })).message).toContain("503");
  });
});

test("a redirect is followed to another host without the token", async () => {
  const other = await serveFile(inventory);
  closeLater(other);
  server.next.push(status(302, { location: "/inner" }), status(307, { location: `${other.url}/x?${signature}` }));
  expect(await read({ inventoryToken: "5ecret-token" })).toBe(locations());
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer 5ecret-token",
    "Bearer 5ecret-token",
  ]);
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test("a redirect through another host back to the first host is followed without the token", async () => {
  const other = await serveFile(inventory);
  closeLater(other);
  server.next.push(status(302, { location: `${other.url}/x` }));
  other.next.push(status(302, { location: `${server.url}/private` }));
  await read({ inventoryToken: "5ecret-token" });
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer 5ecret-token", undefined]);
});

test("a redirect to plain http, without a target, or in a loop is an error", async () => {
  server.next.push(status(302, { location: "http://files.example.com/x?sig=5ecret" }));
  expect((await failure()).message).toBe(
    `GET ${url}: redirected to http://files.example.com/x, which is not https; set inventoryFile to the final URL`,
  );
  server.next.push(status(301));
  expect((await failure()).message).toContain("redirected (301) without a valid target");
  server.next.push(...Array.from({ length: 6 }, () => status(302, { location: "/again" })));
  expect((await failure()).message).toContain("too many redirects");
});

test("concurrent processes download the file once", async () => {
  const send = server.next;
  send.push((_request, response) => {
    response.writeHead(200, { ...server.validators(), "content-length": String(inventory.length) });
    setTimeout(() => response.end(inventory), 1_500);
  });
  const results = await Promise.all(
    Array.from({ length: 6 }, () => cli(["list", "locations", "-o", "json", "--inventory", url])),
  );
  expect(results.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 0));
  expect(new Set(results.map(({ out }) => out)).size).toBe(1);
  expect(server.statuses.filter((code) => code === 200)).toEqual([200]);
}, 60_000);

test("processes that wait for a failing download fail with its error", async () => {
  server.next.push((_request, response) => void setTimeout(() => response.writeHead(403).end(), 3_000));
  const results = await Promise.all(Array.from({ length: 3 }, () => cli(["list", "locations", "--inventory", url])));
  expect(results.map(({ code, err }) => [code, err.includes("access denied (403)")])).toEqual([
    [1, true],
    [1, true],
    [1, true],
  ]);
  expect(server.requests).toHaveLength(1);
}, 60_000);

test("a drift report reads the inventory of the URL", async () => {
  const state = { version: 3, deployment: { resources: [] } };
  writeFileSync(temporary("state.json"), JSON.stringify(state));
  const { out, err } = await cli(["drift", "--state", temporary("state.json"), "-o", "json", "--inventory", url]);
  expect(err).not.toContain("orange-cmdb:");
  expect(JSON.parse(out)).toMatchObject({ inventory: { endpoint: scene.sandbox.endpoint } });
  expect(server.statuses).toEqual([200]);
});

test("secrets of the query are in no output of any command", async () => {
  const inventoryFile = `${url}?${signature}`;
  const runs = [
    await cli(["list", "locations", "--verbose", "--inventory", inventoryFile]),
    await cli(["doctor", "--verbose", "--inventory", inventoryFile, "-o", "json"]),
    await cli(["history", "--inventory", inventoryFile]),
  ];
  server.next.push(status(403));
  runs.push(await cli(["list", "locations", "--verbose", "--inventory", inventoryFile]));
  server.content = Buffer.from("no inventory");
  runs.push(await cli(["doctor", "--inventory", inventoryFile]));
  runs.push(await cli(["list", "locations", "--inventory", `${inventoryFile}#md5=1`]));
  runs.push(await cli(["doctor", "--inventory", `${url}#planted-5ecret`]));
  runs.push(await cli(["list", "locations", "--inventory", `https://user:5ecret@127.0.0.1/x?${signature}`]));
  for (const { out, err } of runs) expect(out + err).not.toMatch(/5ecret/);
  expect(runs[0]?.err).toContain(`downloaded the inventory file ${url} (${inventory.length} bytes)`);
  expect(runs[1]?.out).toContain(`${url}?… (--inventory)`);
  expect(runs[1]?.out).toContain(`the inventory file ${url} is unchanged; using the cached copy`);
  expect(runs.map(({ code }) => code)).toEqual([0, expect.any(Number), 0, 1, expect.any(Number), 1, 1, 1]);
}, 60_000);

test.each([
  ["http://files.example.com/inventory.db", "must be https (plain http only on loopback)"],
  ["https://user:password@files.example.com/x", "must not have a user or a password: set inventoryToken"],
  ["ftp://files.example.com/x", "must be an absolute path, or a URL with https, s3, gs or azblob"],
  ["s3://bucket", "must name a bucket or container, and an object in it"],
  ["s3://bucket/folder/?region=eu-west-3", "must name a bucket or container, and an object in it"],
  ["https://", "is not a URL"],
  [
    "https://files.example.com/x#sha256=12",
    "has an unknown fragment: pin the file with #sha256= and 64 hexadecimal digits",
  ],
])("rejects the setting %s", async (inventoryFile, problem) => {
  const { message } = await failure({ inventoryFile });
  expect(message).toContain(`inventoryFile is wrong: ${problem}`);
  expect(message).not.toContain(inventoryFile);
});

test("the cache folder :memory: leaves no file", async () => {
  const folder = { ORANGE_CMDB_CACHE_DIR: ":memory:", TMPDIR: temporary() };
  const list = await cli(["list", "locations", "-o", "json", "--inventory", url], folder);
  expect(JSON.parse(list.out)).toHaveLength(locations());
  const { code, err } = await cli(["list", "locations", "--inventory", `${url}#sha256=${"0".repeat(64)}`], folder);
  expect([code, err]).toEqual([1, expect.stringContaining("not the pinned")]);
  expect(server.statuses).toEqual([200, 200]);
  expect(readdirSync(temporary()).filter((name) => name.startsWith("orange-cmdb-"))).toEqual([]);
});

test("https goes through the proxy of the environment, and verifies the certificate", async () => {
  const certificate = await certificateFor("files.example.test");
  const files = await startTls(certificate, (_request, response) => void response.end(inventory));
  closeLater(files);
  const proxy = await startProxy(files.port);
  closeLater(proxy);
  const list = ["list", "locations", "-o", "json", "--inventory", "https://files.example.test/inventory.db"];
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "", https_proxy: "", no_proxy: "" };
  const untrusted = await cli(list, environment);
  expect([untrusted.code, untrusted.err]).toEqual([1, expect.stringContaining("self-signed")]);
  writeFileSync(temporary("ca.pem"), certificate.cert);
  const { out } = await cli(list, { ...environment, NODE_EXTRA_CA_CERTS: temporary("ca.pem") });
  expect(JSON.parse(out)).toHaveLength(locations());
  expect(proxy.asked.map(({ host }) => host)).toEqual(["files.example.test:443", "files.example.test:443"]);
});

test("a copy of another URL is removed 31 days after its last use", async () => {
  await read();
  const old = new Date(Date.now() - 31 * 86_400_000);
  const unused = readdirSync(temporary());
  for (const name of unused) utimesSync(temporary(name), old, old);
  await read({ inventoryFile: `${url}?ref=other` });
  expect(readdirSync(temporary()).filter((name) => unused.includes(name))).toEqual([]);
});
