import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../engine/helpers/project";
import { createPluginEnvironment, pluginFolder, type PluginEnvironment } from "./environment";

const pack = ["--policy-pack", join(root, "policy")];
let scene: PluginEnvironment;
const pulumi = (...args: string[]): Promise<{ code: number; text: string }> => scene.project.pulumi(...args);

beforeAll(async () => {
  scene = await createPluginEnvironment();
  const example = readFileSync(join(root, "examples/yaml/Pulumi.yaml"), "utf8");
  expect(example).toContain("path: ../../dist/plugin\n");
  scene.project.write("Pulumi.yaml", example.replace("../../dist/plugin", pluginFolder));
  expect(await pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
}, 600_000);
afterAll(() => scene.end());

test("a preview with look-ups, a tracked record and the pack requests each kind once", async () => {
  const { code, text } = await pulumi("preview", "--diff", ...pack);
  expect(text).toMatch(/siteAddress *: ".*Paris, France"/);
  expect(text).toMatch(/routersInService *: \[\s+\[0\]: "CI-RTR-PAR-001"/);
  expect(text).toMatch(/coreRouterAddress *: "10\.0\.0\.1"/);
  expect(text).toMatch(/Policy Packs run:[^]*orange-cmdb/);
  expect(code).toBe(0);
  expect(scene.lists().sort()).toEqual(["configurationItems", "locations", "servicePoints"]);
});

test("npm run pulumi finds the plugin, as the README describes", async () => {
  const stack = `readme-${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), "orange-cmdb-readme-"));
  const { ORANGE_CMDB_RUN: _run, ...env } = process.env;
  Object.assign(env, scene.sandbox.environment, {
    NODE_OPTIONS: scene.project.env()["NODE_OPTIONS"],
    INIT_CWD: root,
    ORANGE_CMDB_CACHE_DIR: folder,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "",
  });
  const inExample = ["-C", "examples/yaml"];
  const run = (program: string, ...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(program, args, { env, cwd: root });
  try {
    await run(process.env["ORANGE_CMDB_PULUMI"] ?? "", ...inExample, "stack", "init", stack);
    const args = ["preview", "--stack", stack, "--policy-pack", "../../policy"];
    const { stdout } = await run(process.execPath, "tools/run.mjs", "pulumi", "--", ...inExample, ...args);
    expect(stdout).toMatch(/siteAddress *: ".*Paris, France"/);
  } finally {
    await rm(join(root, "examples/yaml", `Pulumi.${stack}.yaml`), { force: true });
    await rm(folder, { recursive: true });
  }
});

test("an update succeeds, and a second one has no changes", async () => {
  const before = scene.lists().length;
  const first = await pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(first.text).toContain("2 created");
  expect(first.code).toBe(0);
  const second = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", ...pack);
  expect(second.text).toContain("2 unchanged");
  expect(second.code).toBe(0);
  expect(scene.lists()).toHaveLength(before);
});

test("the drift report recognizes the tracked record", async () => {
  const state = join(scene.project.folder, "state.json");
  await pulumi("stack", "export", "--stack", "test", "--file", state);
  const env = { ...process.env, ...scene.sandbox.environment, NODE_OPTIONS: "", ORANGE_CMDB_CACHE_DIR: ":memory:" };
  const args = [join(root, "dist/cli/main.js"), "drift", "--state", state, "-o", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: scene.project.folder });
  expect(JSON.parse(stdout)).toMatchObject({ summary: { referencing: 1, covered: 1, findings: { error: 0 } } });
});

test("an edited record appears in a refresh and in a plain preview, and the pack evaluates it", async () => {
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  const refresh = await pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes");
  expect(refresh.text).toMatch(/status\s*: "OPERATIONAL" => "TERMINATED"/);
  expect(refresh.code).not.toBe(0);
  const preview = await pulumi("preview", "--diff", "--expect-no-changes", ...pack);
  expect(preview.text).toMatch(/status\s*: "OPERATIONAL" => "TERMINATED"/);
  expect(preview.text).toMatch(/record-in-service/);
  expect(preview.code).not.toBe(0);
});

test("an accepted refresh leaves no changes", async () => {
  expect((await pulumi("refresh", "--yes")).code).toBe(0);
  expect((await pulumi("preview", "--expect-no-changes")).code).toBe(0);
  expect((await pulumi("refresh", "--preview-only", "--expect-no-changes")).code).toBe(0);
});

test("another id replaces the resource, and an unknown id is an error with the nearest one", async () => {
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-001-3");
  const replaced = await pulumi("preview", "--diff");
  expect(replaced.text).toMatch(/orange-cmdb:index:ConfigurationItem: \(replace\)/);
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-0O1");
  const missing = await pulumi("preview");
  expect(missing.text).toContain("property configurationItemId value {CI-RTR-PAR-0O1} has a problem");
  expect(missing.text).toContain('did you mean "CI-RTR-PAR-001"');
  expect(missing.code).not.toBe(0);
  await pulumi("config", "rm", "routerId");
});

test("a record is imported by its id, and an unknown id is an error with the nearest one", async () => {
  const found = await pulumi(
    "import",
    "orange-cmdb:index:Location",
    "paris",
    "LOC-PAR-001",
    "--yes",
    "--protect=false",
  );
  expect(found.text).toMatch(/type: orange-cmdb:Location\s+properties:\s+locationId: LOC-PAR-001/);
  expect(found.code).toBe(0);
  const missing = await pulumi("import", "orange-cmdb:index:Location", "nowhere", "LOC-PAR-0O1", "--yes");
  expect(missing.text).toContain('did you mean "LOC-PAR-001"');
  expect(missing.code).not.toBe(0);
});

test("a removed record appears as deleted, and destroy makes no write request", async () => {
  scene.sandbox.remove("configurationItem", "CI-RTR-PAR-001");
  const { text } = await pulumi("refresh", "--preview-only", "--diff");
  expect(text).toMatch(/- orange-cmdb:index:ConfigurationItem: \(delete\)/);
  const before = scene.sandbox.requests.length;
  expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  expect(scene.sandbox.requests.length).toBe(before);
});
