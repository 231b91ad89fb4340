import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSandbox } from "../../sandbox";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const main = resolve(__dirname, "../../dist/cli/main.js");
let scene: TestEnvironment;
let folder: string;
beforeAll(async () => {
  scene = await createTestEnvironment();
});
afterAll(() => scene.end());
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-replay-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const exchange = { path: "/status", status: 200, headers: { "content-type": "application/json" }, body: { a: 1 } };

test("a folder that does not exist, is a file or has no recording is rejected", async () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "");
  for (const [path, why] of [
    [join(folder, "none"), "the folder does not exist"],
    [file, "it is not a folder"],
    [folder, "it has no recorded call; use a folder that --record-http has written"],
  ] as const) {
    const { code, out, err } = await scene.cli(["sandbox", "--replay", path]);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: `orange-cmdb: ${path} cannot be replayed: ${why}\n` });
  }
});

test.each([
  ["{", "it is not JSON"],
  ["null", "its content is not what --record-http writes"],
  [JSON.stringify({ ...exchange, status: 99999 }), "its status is not what --record-http writes"],
  [JSON.stringify({ ...exchange, headers: { a: 1 } }), "its headers.a is not what --record-http writes"],
])("a file with the content %s is named in the error", async (text, why) => {
  const file = join(folder, "00002.json");
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  writeFileSync(file, text);
  await expect(startSandbox({ replay: folder })).rejects.toThrow(
    `${file} is not a recorded call: ${why}; remove it from the folder`,
  );
});

test("a file that cannot be read is named in the error", async () => {
  mkdirSync(join(folder, "00001.json"));
  await expect(startSandbox({ replay: folder })).rejects.toThrowErrorMatchingInlineSnapshot(`
   "<tmp>/00001.json is not a recorded call: EISDIR: illegal operation on a directory, read; remove it from the folder
   Cause: EISDIR: illegal operation on a directory, read"
  `);
});

test.each([
  ["--data", "somewhere"],
  ["--size", "9"],
  ["--seed", "2"],
])("%s is rejected beside --replay", async (option, value) => {
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  const { code, err } = await scene.cli(["sandbox", "--replay", folder, option, value]);
  expect(err).toContain(`option '--replay <dir>' cannot be used with option '${option} <`);
  expect(code).toBe(1);
});

test("the sandbox prints that it serves recorded responses", async () => {
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  const child = spawn(process.execPath, [main, "sandbox", "--replay", folder], { stdio: ["ignore", "ignore", "pipe"] });
  const said = await new Promise<string>((done) => child.stderr.once("data", (data) => done(String(data))));
  child.kill("SIGINT");
  await new Promise((done) => child.once("close", done));
  expect(said).toMatchInlineSnapshot(`
   "This is a sandbox that serves recorded responses, not the real API. Press Ctrl-C to stop it.
   "
  `);
});
