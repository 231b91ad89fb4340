import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createPluginEnvironment } from "../plugin/environment";
import { prepare, makeWorkspace } from "../terraform/helpers/workspace";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { oldestNodeFolder } from "./helpers/oldest-node";
import { checkTypes, makeProject, root } from "./helpers/project";

// The oldest Node.js that is supported warns of modules that are experimental in it: none of that reaches a user.
const warning = /experimental/i;
let path: string;
let scene: TestEnvironment;

beforeAll(async () => {
  path = [oldestNodeFolder(), process.env["PATH"]].join(delimiter);
  scene = await createTestEnvironment();
}, 900_000);
afterAll(() => scene.end());

test("the command syncs and lists", async () => {
  const env = { ...process.env, ...scene.sandbox.environment, PATH: path, NODE_OPTIONS: "" };
  const run = (...args: string[]): Promise<string> =>
    new Promise((done) => {
      const file = join(root, "dist/cli/bin.js");
      const environment = { ...env, ORANGE_CMDB_CACHE_DIR: scene.cacheDir };
      execFile("node", [file, ...args], { env: environment }, (error, out, err) =>
        done(`${error?.message ?? ""}${out}${err}`),
      );
    });
  const said = (await run("sync")) + (await run("search", "paris"));
  expect(said).toContain("60 configurationItems");
  expect(said).toContain("LOC-PAR-001");
  expect(said).not.toMatch(warning);
});

test("a program with tracked records is checked by the pack, updated and destroyed", async () => {
  const project = makeProject();
  checkTypes(project);
  Object.assign(project.environment, scene.sandbox.environment, { PATH: path });
  try {
    for (const name of ["index.ts", "resources.ts", "tsconfig.json", "Pulumi.yaml", "cmdb.rules.yaml"])
      cpSync(join(root, "examples/quickstart", name), join(project.path, name));
    const pack = ["--policy-pack", join(root, "policy")];
    await project.pulumi("stack", "init", "test");
    const updated = await project.pulumi("up", "--yes", "--skip-preview", ...pack);
    expect(updated.text).toContain("3 created");
    expect(updated.text).not.toMatch(warning);
    const refreshed = await project.pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed).toMatchObject({ code: 0 });
    expect(refreshed.text).not.toMatch(warning);
  } finally {
    project.remove();
  }
});

test("the plugin serves a program in YAML", async () => {
  const plugin = await createPluginEnvironment();
  plugin.project.environment["PATH"] = [path, plugin.project.environment["PATH"]].join(delimiter);
  try {
    const invoke = { "fn::invoke": { function: "orange-cmdb:getLocation", arguments: { id: "LOC-PAR-001" } } };
    plugin.program({ outputs: { site: invoke } });
    await plugin.project.pulumi("stack", "init", "test");
    const { code, text } = await plugin.project.pulumi("up", "--yes", "--skip-preview");
    expect([code, text]).toEqual([0, expect.stringContaining("LOC-PAR-001")]);
    expect(text).not.toMatch(warning);
  } finally {
    await plugin.end();
  }
});

test("the Terraform provider serves a configuration", async () => {
  const provider = prepare();
  const workspace = makeWorkspace(provider, { ...scene.sandbox.environment, PATH: path });
  try {
    workspace.configure('data "orangecmdb_location" "paris" {\n  id = "LOC-PAR-001"\n}\n');
    const { code, out, err } = await workspace.tofu("apply", "-auto-approve");
    expect([code, out + err]).toEqual([0, expect.stringContaining("Apply complete!")]);
    expect(out + err).not.toMatch(warning);
  } finally {
    workspace.remove();
    provider.remove();
  }
});
