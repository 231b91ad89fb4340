import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";

const root = resolve(__dirname, "../..");
let folder: string;
let sandbox: Sandbox;

interface Ended {
  code: number;
  text: string;
}

function pulumi(...args: string[]): Promise<Ended> {
  const env = {
    ...process.env,
    ...sandbox.environment,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    PWD: join(folder, "project"),
    NO_COLOR: "1",
    NODE_OPTIONS: "",
  };
  const command = process.env["ORANGE_CMDB_PULUMI"];
  if (!command) throw new Error("run the tests with npm test, which finds the Pulumi CLI");
  return new Promise((done) => {
    const options = { cwd: join(folder, "project"), env, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, [...args, "--non-interactive"], options, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr });
    });
  });
}

const quiet = ["--stack", "test", "--suppress-progress"];
const pack = ["--policy-pack", join(root, "policy")];

/** A project of a user: a package of its own, in which ours is installed. */
function makeProject(): void {
  const project = join(folder, "project");
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  mkdirSync(join(folder, "state"));
  symlinkSync(join(root, "node_modules", "@pulumi", "pulumi"), join(modules, "@pulumi", "pulumi"));
  symlinkSync(root, join(modules, "pulumi-orange-cmdb"));
  for (const name of ["typescript", "ts-node", "@types"])
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  for (const name of ["index.ts", "resources.ts", "tsconfig.json"])
    cpSync(join(root, "examples/quickstart", name), join(project, name));
  cpSync(join(root, "cmdb.rules.yaml"), join(project, "cmdb.rules.yaml"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user-project", main: "index.ts" }));
  writeFileSync(
    join(project, "Pulumi.yaml"),
    readFileSync(join(root, "Pulumi.yaml"), "utf8").replace(/^main:.*$/m, ""),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-engine-"));
  sandbox = await startSandbox();
  makeProject();
  expect(await pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a preview with a reference to no record is stopped by the pack", async () => {
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-0O1", "--stack", "test");
  const { code, text } = await pulumi("preview", ...quiet, ...pack);
  expect(text).toContain('refers to configurationItem "CI-RTR-PAR-0O1"');
  expect(text).toContain('did you mean "CI-RTR-PAR-001"');
  expect(code).not.toBe(0);
});

test("a property that differs from the record is an advisory", async () => {
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-001", "--stack", "test");
  await pulumi("config", "set", "routerAddress", "192.0.2.250", "--stack", "test");
  const { code, text } = await pulumi("preview", ...quiet, ...pack);
  expect(text).toMatch(/advisory.*attributes-match/);
  expect(text).toContain('says "10.0.0.1"');
  expect(code).toBe(0);
});

test("up, and a second up without changes", async () => {
  await pulumi("config", "rm", "routerAddress", "--stack", "test");
  const first = await pulumi("up", "--yes", "--skip-preview", ...quiet, ...pack);
  expect(first.text).toContain("3 created");
  expect(first.text).toMatch(/inventory of .*, fetched \d+ s ago: 10 locations, 60 configurationItems/);
  expect(first.code).toBe(0);
  const second = await pulumi("up", "--yes", "--skip-preview", ...quiet, ...pack);
  expect(second.text).toContain("3 unchanged");
  expect((await pulumi("preview", "--expect-no-changes", ...quiet)).code).toBe(0);
});

test("state holds no secret, and the serialized provider is small", async () => {
  const { text } = await pulumi("stack", "export", "--stack", "test");
  expect(text).not.toMatch(/sandbox-secret|sandbox-api-key/);
  expect(text).toContain('"configurationItemId": "CI-RTR-PAR-001"');
  for (const [, provider = ""] of text.matchAll(/"__provider": "((?:[^"\\]|\\.)*)"/g))
    expect(provider.length).toBeLessThan(6_000);
});

test("the state can be judged without the program", async () => {
  const state = join(folder, "state.json");
  await pulumi("stack", "export", "--stack", "test", "--file", state);
  const { code, text } = await pulumi("policy", "analyze", "--file", state, ...pack);
  expect(text).toContain("orange-cmdb");
  expect(code).toBe(0);
});

test("a changed record shows in refresh and in a plain preview", async () => {
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { status: "Decommissioned" });
  const refresh = await pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes", ...quiet);
  expect(refresh.text).toMatch(/status\s*: "In service" => "Decommissioned"/);
  expect(refresh.code).not.toBe(0);
  const preview = await pulumi("preview", "--diff", "--expect-no-changes", ...quiet);
  expect(preview.text).toMatch(/status\s*: "In service" => "Decommissioned"/);
  expect(preview.code).not.toBe(0);
});

test("a record that is gone shows as deleted", async () => {
  sandbox.remove("configurationItem", "CI-RTR-PAR-001");
  const { text } = await pulumi("refresh", "--preview-only", "--diff", ...quiet);
  expect(text).toMatch(/- pulumi-nodejs:dynamic\/orange-cmdb:ConfigurationItem: \(delete\)/);
});

test("a program that throws fails the preview with its message", async () => {
  writeFileSync(join(folder, "project", "index.ts"), 'throw new Error("broken on purpose");\n');
  const { code, text } = await pulumi("preview", ...quiet);
  expect(text).toContain("broken on purpose");
  expect(code).not.toBe(0);
});

test("a module that is missing is named", async () => {
  writeFileSync(join(folder, "project", "index.ts"), 'require("no-such-module");\n');
  const { code, text } = await pulumi("preview", ...quiet);
  expect(text).toContain("no-such-module");
  expect(code).not.toBe(0);
});
