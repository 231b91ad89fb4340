import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSandbox } from "../../sandbox";
import { makeScene, type Scene } from "../helpers/mirror";

const main = resolve(__dirname, "../../dist/cli/main.js");
let scene: Scene;
let folder: string;
beforeAll(async () => {
  scene = await makeScene();
});
afterAll(() => scene.end());
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-replay-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const exchange = { path: "/status", status: 200, headers: { "content-type": "application/json" }, body: { a: 1 } };

test("a folder that is not there, is a file, or holds no exchange is refused", async () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "");
  for (const [path, why] of [
    [join(folder, "none"), "there is no such folder"],
    [file, "it is not a folder"],
    [folder, "it holds no recorded exchange; --record makes such a folder"],
  ] as const) {
    const { code, out, err } = await scene.cli(["sandbox", "--replay", path]);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: `orange-cmdb: ${path} cannot be replayed: ${why}\n` });
  }
});

test.each([
  ["{", "it is not JSON"],
  ["null", "its content is not what --record writes"],
  [JSON.stringify({ ...exchange, status: 99999 }), "its status is not what --record writes"],
  [JSON.stringify({ ...exchange, headers: { a: 1 } }), "its headers.a is not what --record writes"],
])("a file that holds %s is named", async (text, why) => {
  const file = join(folder, "00002.json");
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  writeFileSync(file, text);
  await expect(startSandbox({ replay: folder })).rejects.toThrow(
    `${file} is no recorded exchange: ${why}; take it out of the folder`,
  );
});

test("a file that cannot be read is named", async () => {
  mkdirSync(join(folder, "00001.json"));
  await expect(startSandbox({ replay: folder })).rejects.toThrow(/00001\.json is no recorded exchange: EISDIR/);
});

test.each([
  ["--data", "somewhere"],
  ["--size", "9"],
  ["--seed", "2"],
])("%s says what else would be served, and is refused", async (option, value) => {
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  const { code, err } = await scene.cli(["sandbox", "--replay", folder, option, value]);
  expect(err).toContain(`option '--replay <dir>' cannot be used with option '${option} <`);
  expect(code).toBe(1);
});

test("what is served is said as it is", async () => {
  writeFileSync(join(folder, "00001.json"), JSON.stringify(exchange));
  const child = spawn(process.execPath, [main, "sandbox", "--replay", folder], { stdio: ["ignore", "ignore", "pipe"] });
  const said = await new Promise<string>((done) => child.stderr.once("data", (data) => done(String(data))));
  child.kill("SIGINT");
  await new Promise((done) => child.once("close", done));
  expect(said).toBe("This is a sandbox that serves recorded answers, not the service. Ctrl-C ends it.\n");
});
