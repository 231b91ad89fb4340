import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const root = resolve(__dirname, "../..");
let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
});
afterAll(() => scene.end());

test("the warning that SQLite is experimental is hidden, and every other warning is shown", async () => {
  // What Node.js 22 emits when SQLite is loaded, in each thread.
  const asNode22 = join(scene.cacheDir, "node22.cjs");
  writeFileSync(
    asNode22,
    `const get = process.getBuiltinModule;
     process.getBuiltinModule = (name) => {
       if (name === "node:sqlite") {
         process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
         process.emitWarning("another feature", "ExperimentalWarning");
       }
       return get(name);
     };`,
  );
  const args = [join(root, "dist/cli/bin.js"), "sync"];
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir };
  const said = await new Promise<string>((done) => {
    const options = { env: { ...env, NODE_OPTIONS: `--require ${asNode22}` } };
    execFile(process.execPath, args, options, (error, out, err) => done(`${error?.message ?? ""}${out}${err}`));
  });
  expect(said).toContain("60 configurationItems");
  expect(said).toContain("another feature");
  expect(said).not.toContain("SQLite");
});

test("serializing a tracked record emits no warning about experimental modules", () => {
  const program = join(scene.cacheDir, "serialize.cjs");
  writeFileSync(
    program,
    `require(${JSON.stringify(join(root, "dist/provider/index.js"))});
     const { runtime } = require(${JSON.stringify(join(root, "node_modules/@pulumi/pulumi"))});
     runtime.serializeFunction(() => 1).then(() => console.log("serialized"));`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, [program], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect([stdout, stderr]).toEqual(["serialized\n", ""]);
});
