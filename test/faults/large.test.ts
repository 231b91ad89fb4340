import { readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { peakMemoryHook } from "../helpers/peak-memory";
import { startServer, type TestServer } from "../helpers/server";

// What a gigabyte of answer costs: the command runs in a process of its own, which writes down the most memory it had.
let scene: TestEnvironment;
let server: TestServer;
beforeAll(async () => {
  scene = await createTestEnvironment();
  writeFileSync(join(scene.cacheDir, "peak.cjs"), peakMemoryHook(join(scene.cacheDir, "peak")));
});
afterEach(() => server.close());
afterAll(() => scene.end());

const megabyte = 1024 * 1024;

/** Runs a command against a server that answers everything with what `write` makes; answers its end and its megabytes. */
async function run(
  args: readonly string[],
  write: (response: ServerResponse) => void,
): Promise<{ code: number; err: string; megabytes: number }> {
  server = await startServer((_request, response) => write(response));
  const { code, err } = await scene.cli(args, {
    NODE_OPTIONS: `--require ${join(scene.cacheDir, "peak.cjs")}`,
    ORANGE_CMDB_ENDPOINT: server.url,
    ORANGE_CMDB_ACCESS_TOKEN: "token",
    ORANGE_CMDB_CACHE_DIR: join(scene.cacheDir, "large"),
  });
  return { code, err, megabytes: Number(readFileSync(join(scene.cacheDir, "peak"), "utf8")) / 1024 };
}

/** Writes records of one list without end, as fast as they are taken. */
function endless(stream: { write(chunk: Buffer): boolean; once(event: "drain", then: () => void): unknown }): void {
  const chunk = Buffer.from(`{"id":"LOC","name":"${"x".repeat(1000)}"},`.repeat(megabyte / 1024));
  stream.write(Buffer.from("["));
  const more = (): void => {
    while (stream.write(chunk));
    stream.once("drain", more);
  };
  more();
}

test("a list of gigabytes is rejected at 256 MB, with bounded memory", async () => {
  const { code, err, megabytes } = await run(["sync", "locations"], (response) => {
    response.on("error", () => undefined);
    response.writeHead(200, { "content-type": "application/json" });
    endless(response);
  });
  expect(err).toContain("exceeds the maximum size");
  expect(code).toBe(1);
  // Its limit of 256 MB, and Node.js itself.
  expect(megabytes).toBeLessThan(700);
  expect(server.requests).toHaveLength(1);
}, 120_000);

test("a single record that decompresses to gigabytes is rejected at 16 MB", async () => {
  const { code, err, megabytes } = await run(["status"], (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    const gzip = createGzip();
    response.on("close", () => gzip.destroy());
    gzip.on("error", () => undefined);
    gzip.pipe(response);
    endless(gzip);
  });
  expect(err).toContain("exceeds the maximum size");
  expect(code).toBe(1);
  expect(megabytes).toBeLessThan(900);
}, 120_000);

test("an error response of gigabytes is cut off", async () => {
  const { code, megabytes } = await run(["status"], (response) => {
    response.on("error", () => undefined);
    response.writeHead(404, { "content-type": "text/html" });
    endless(response);
  });
  expect(code).toBe(1);
  expect(megabytes).toBeLessThan(900);
}, 120_000);
