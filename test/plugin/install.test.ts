import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json";
import { packedFiles } from "../helpers/package";
import {
  createPluginEnvironment,
  executable,
  pluginFolder,
  pluginProgram,
  type PluginEnvironment,
} from "./environment";

const program = {
  name: "user-project",
  runtime: "yaml",
  variables: { site: { "fn::orange-cmdb:getLocation": { id: "LOC-PAR-001" } } },
  outputs: { name: "${site.name}" },
};
let scene: PluginEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createPluginEnvironment();
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-install-"));
}, 600_000);
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

test("the npm package has the plugin, its schema and its licences, and not the archive", () => {
  const files = new Map(packedFiles().map(({ path, mode }) => [path, mode]));
  for (const name of [executable, "main.js", "load-thread.js", "schema.json", "LICENSES.txt"])
    expect([...files.keys()]).toContain(`dist/plugin/${name}`);
  expect([...files.keys()].filter((path) => path.endsWith(".tar.gz"))).toEqual([]);
  expect([...files.keys()].filter((path) => path.startsWith("dist/provider/plugin/"))).toEqual([]);
  expect((files.get(manifest.bin[executable]) ?? 0) & 0o111).not.toBe(0);
  const licences = readFileSync(join(pluginFolder, "LICENSES.txt"), "utf8");
  for (const name of ["@grpc/grpc-js", "google-protobuf", "@pulumi/pulumi", "zod", "node-fetch"])
    expect([name, licences.includes(`${name} `)]).toEqual([name, true]);
});

test("the plugin runs from the link that npm creates", async () => {
  const bin = join(scene.project.path, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(pluginProgram, join(bin, executable));
  const plugins = { providers: [{ name: "orange-cmdb", path: "node_modules/.bin" }] };
  scene.project.write("Pulumi.yaml", JSON.stringify({ ...program, plugins }));
  const { text, code } = await scene.project.pulumi("preview");
  expect(text).toMatch(/name *: "Paris 001"/);
  expect(code).toBe(0);
});

test("a Node.js version that is too old is reported", () => {
  const shim = join(folder, "old");
  mkdirSync(shim);
  // What an older Node.js says of itself; it stops before anything that one lacks.
  const code = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.1" } });
    Object.defineProperty(process, "version", { value: "v20.11.1" });
    require(${JSON.stringify(pluginProgram)});`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect([status, stdout, stderr]).toEqual([
    1,
    "",
    "orange-cmdb: the provider plugin needs Node.js 22.16 or later, and the node on PATH is v20.11.1\n",
  ]);
});

test("pulumi package add adds the plugin to a project", async () => {
  scene.project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml" }));
  const { text, code } = await scene.project.pulumi("package", "add", pluginProgram);
  expect([code, text]).toEqual([0, expect.stringContaining("Added package Orange Business CMDB")]);
  expect(readFileSync(join(scene.project.path, "Pulumi.yaml"), "utf8")).toContain(`orange-cmdb@${manifest.version}`);
});

// The stand-in for the language host in tools/engine makes no SDKs: the CLI's own is needed.
const host = process.env["ORANGE_CMDB_LANGUAGE_HOST_DIR"];
(host ? test : test.skip)("pulumi package gen-sdk makes an SDK (needs the CLI's own Node.js host)", async () => {
  const sdk = join(folder, "sdk");
  const args = ["gen-sdk", pluginProgram, "--language", "nodejs", "--out", sdk];
  const { text, code } = await scene.project.pulumi("package", ...args);
  expect([code, text]).toEqual([0, expect.stringContaining("SDK has been written")]);
  expect(readdirSync(join(sdk, "nodejs"))).toEqual(expect.arrayContaining(["getLocation.ts", "configurationItem.ts"]));
});
