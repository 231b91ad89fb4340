import { cpSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { checkTypes, makeProject, root, type CommandResult, type Project } from "./helpers/project";

const pack = ["--policy-pack", join(root, "policy")];
let project: Project;
let sandbox: Sandbox;
const pulumi = (...args: string[]): Promise<CommandResult> => project.pulumi(...args);

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  for (const name of ["index.ts", "resources.ts", "tsconfig.json", "Pulumi.yaml", "cmdb.rules.yaml"])
    cpSync(join(root, "examples/quickstart", name), join(project.path, name));
  expect(await pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await sandbox.close();
  project.remove();
});

test("the pack stops a preview with a reference to a missing record", async () => {
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-0O1");
  // The first command checks the types for those that follow.
  checkTypes(project);
  const { code, text } = await pulumi("preview", ...pack);
  project.environment["PULUMI_NODEJS_TRANSPILE_ONLY"] = "true";
  expect(text).toContain('refers to configurationItem "CI-RTR-PAR-0O1"');
  // Program and pack read one inventory, which one of them fetched.
  expect(text).toMatch(/(inventory of|fetched) .*60 configurationItems/);
  expect(text).not.toContain("rules from");
  expect(text).toContain('did you mean "CI-RTR-PAR-001"');
  expect(code).not.toBe(0);
});

test("a property that differs from the record is an advisory", async () => {
  await pulumi("config", "set", "routerId", "CI-RTR-PAR-001");
  await pulumi("config", "set", "routerAddress", "192.0.2.250");
  const { code, text } = await pulumi("preview", ...pack);
  expect(text).toMatch(/advisory.*attributes-match/);
  expect(text).toContain('has "10.0.0.1"');
  expect(code).toBe(0);
});

test("an update succeeds, and a second one has no changes", async () => {
  await pulumi("config", "rm", "routerAddress");
  const first = await pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(first.text).toContain("3 created");
  // It was fetched in the first preview, which reports it.
  expect(first.text).not.toContain("inventory of");
  expect(first.code).toBe(0);
  const second = await pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(second.text).toContain("3 unchanged");
  expect((await pulumi("preview", "--expect-no-changes")).code).toBe(0);
});

test("the state contains no secret, and the serialized provider is small", async () => {
  const { text } = await pulumi("stack", "export", "--stack", "test");
  expect(text).not.toMatch(/sandbox-secret|sandbox-api-key/);
  expect(text).toContain('"configurationItemId": "CI-RTR-PAR-001"');
  for (const [, provider = ""] of text.matchAll(/"__provider": "((?:[^"\\]|\\.)*)"/g))
    expect(provider.length).toBeLessThan(6_000);
});

test("the state can be analyzed without the program", async () => {
  const state = join(project.folder, "state.json");
  await pulumi("stack", "export", "--stack", "test", "--file", state);
  const { code, text } = await pulumi("policy", "analyze", "--file", state, ...pack);
  expect(text).toContain("orange-cmdb");
  expect(code).toBe(0);
});

test("a changed record appears in a refresh and in a plain preview", async () => {
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  const refresh = await pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes");
  expect(refresh.text).toMatch(/status\s*: "OPERATIONAL" => "TERMINATED"/);
  expect(refresh.code).not.toBe(0);
  const preview = await pulumi("preview", "--diff", "--expect-no-changes");
  expect(preview.text).toMatch(/status\s*: "OPERATIONAL" => "TERMINATED"/);
  expect(preview.code).not.toBe(0);
});

test("a removed record appears as deleted", async () => {
  sandbox.remove("configurationItem", "CI-RTR-PAR-001");
  const { text } = await pulumi("refresh", "--preview-only", "--diff");
  expect(text).toMatch(/- pulumi-nodejs:dynamic\/orange-cmdb:ConfigurationItem: \(delete\)/);
});
