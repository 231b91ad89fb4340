import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "./helpers/project";

// Commands read the settings of the stack's configuration, through the real Pulumi CLI.
let sandbox: Sandbox;
let other: Sandbox;
let project: Project;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command that has no setting in its environment but what is given. */
function cli(args: readonly string[], environment: NodeJS.ProcessEnv = {}, cwd = project.path): Promise<Ended> {
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}`,
    PULUMI_HOME: join(project.folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    ORANGE_CMDB_CACHE_DIR: join(project.folder, "mirror"),
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    ...environment,
  };
  return new Promise((done) => {
    execFile(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd, env }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

async function configure(stack: string, { environment }: Sandbox): Promise<void> {
  for (const key of ["endpoint", "tokenUrl", "clientId", "clientSecret", "apiKey"]) {
    const value = environment[`ORANGE_CMDB_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`] ?? "";
    const kind = /Secret|apiKey/.test(key) ? "--secret" : "--plaintext";
    const args = ["config", "set", kind, `orange-cmdb:${key}`, value, "--stack", stack];
    expect(await project.pulumi(...args)).toMatchObject({ code: 0 });
  }
}

beforeAll(async () => {
  sandbox = await startSandbox();
  other = await startSandbox({ size: 20 });
  project = await makeProject();
  await project.pulumi("stack", "init", "other");
  await configure("test", sandbox);
  await configure("other", other);
  await project.pulumi("stack", "select", "test");
});
afterAll(async () => {
  await sandbox.close();
  await other.close();
  project.remove();
});

const secrets = /sandbox-secret|sandbox-api-key/;

test.each([
  ["list", ["list", "locations", "-o", "csv"], "LOC-PAR-001"],
  ["get", ["get", "location", "LOC-PAR-001"], "LOC-PAR-001"],
  ["sync", ["sync"], "60 configurationItems"],
  ["status", ["status"], "status: ok"],
])("%s uses the credentials of the selected stack, also from a folder below", async (_name, args, expected) => {
  const below = join(project.path, "below");
  mkdirSync(below, { recursive: true });
  for (const folder of [project.path, below]) {
    const { code, out, err } = await cli(args, {}, folder);
    expect([code, out + err]).toEqual([0, expect.stringContaining(expected)]);
  }
});

test("doctor names the stack's configuration as the source, and shows no secret", async () => {
  const { out } = await cli(["doctor"]);
  expect(out).toMatch(new RegExp(`endpoint: ${sandbox.endpoint} \\(stack configuration\\)`));
  expect(out).toContain("set, not shown (stack configuration)");
  expect(out).not.toMatch(secrets);
});

test("drift uses the configuration of the stack that is named, and of the selected one for all stacks", async () => {
  const counted = async (...args: string[]): Promise<unknown> => {
    const { out, err } = await cli(["drift", ...args, "-o", "json"]);
    expect(err).not.toMatch(secrets);
    return (JSON.parse(out) as { inventory: { endpoint: string } }).inventory.endpoint;
  };
  expect(await counted("--stack", "test")).toBe(sandbox.endpoint);
  expect(await counted("--stack", "other")).toBe(other.endpoint);
  expect(await counted("--all-stacks")).toBe(sandbox.endpoint);
});

test("the environment comes first", async () => {
  const { out } = await cli(["sync"], { ...other.environment });
  expect(out).toContain(other.endpoint);
});

test("what cannot be read is said, and is not asked for in vain", async () => {
  const failed = await cli(["list", "locations"], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
  expect(failed.err).toMatch(/^warning: the orange-cmdb settings of the selected stack are not used, .*passphrase/);
  expect(failed.err).toContain("clientId is missing: pulumi config set");
  expect(failed.code).toBe(1);
  // Everything that the stack configures is in the environment: the Pulumi CLI is not started.
  const full = { ...sandbox.environment, ORANGE_CMDB_PULUMI: join(project.folder, "none") };
  expect(await cli(["list", "locations"], full)).toMatchObject({ code: 0, err: "" });
  const missing = await cli(["list", "locations"], { ORANGE_CMDB_PULUMI: join(project.folder, "none") });
  expect(missing.err).toContain("there is no pulumi on PATH");
});

test("a folder of the stacks' configuration of its own is found", async () => {
  mkdirSync(join(project.path, "stacks"), { recursive: true });
  const move = (from: string, to: string): void => {
    for (const stack of ["test", "other"])
      renameSync(join(project.path, from, `Pulumi.${stack}.yaml`), join(project.path, to, `Pulumi.${stack}.yaml`));
  };
  const before = readFileSync(join(project.path, "Pulumi.yaml"), "utf8");
  move(".", "stacks");
  project.write("Pulumi.yaml", JSON.stringify({ ...(JSON.parse(before) as object), stackConfigDir: "stacks" }));
  expect(await cli(["list", "locations"])).toMatchObject({ code: 0, err: "" });
  project.write("Pulumi.yaml", before);
  move("stacks", ".");
});

test("outside a project nobody is advised to configure a stack", async () => {
  const { code, err } = await cli(["list", "locations"], {}, project.folder);
  expect(code).toBe(1);
  expect(err).toContain("clientId is missing: ORANGE_CMDB_CLIENT_ID=…");
  expect(err).not.toContain("pulumi config");
});

test("what Pulumi hands over to a program that runs a command comes first, as it does in the program", async () => {
  const { endpoint, tokenUrl } = other;
  const config = JSON.stringify({ "orange-cmdb:endpoint": endpoint, "orange-cmdb:tokenUrl": tokenUrl });
  const { out } = await cli(["sync"], { ...sandbox.environment, PULUMI_CONFIG: config });
  expect(out).toContain(other.endpoint);
});

test("a program without settings names them, and Node.js warns of nothing", async () => {
  project.write(
    "index.ts",
    `import * as cmdb from "pulumi-orange-cmdb";
     export const address = cmdb.getLocationOutput({ id: "LOC-PAR-001" }).address;
     export const ids = cmdb.getConfigurationItemsOutput({}).ids;`,
  );
  await project.pulumi("stack", "init", "bare");
  const { code, text } = await project.pulumi("preview", "--stack", "bare");
  project.write("index.ts", "");
  expect(code).not.toBe(0);
  expect(text).toContain("clientId is missing: pulumi config set orange-cmdb:clientId");
  expect(text).not.toContain("Warning");
});

describe("a program that lies elsewhere", () => {
  const rules = (level: string): string =>
    JSON.stringify({ references: [{ types: ["*"], kind: "location" }], severity: { "record-exists": level } });

  test("drift --cwd: the rules of the named folder hold, and that is said; --rules starts where the command runs", async () => {
    const here = join(project.folder, "here");
    mkdirSync(here);
    writeFileSync(join(here, "cmdb.rules.yaml"), rules("info"));
    writeFileSync(join(here, "mine.yaml"), rules("warning"));
    project.write("cmdb.rules.yaml", rules("error"));
    const run = (...args: string[]): Promise<Ended> =>
      cli(["drift", "--cwd", "../project", "--stack", "test", ...args], {}, here);
    const pointed = await run();
    expect(pointed.err).toContain(
      "rules from ../project/cmdb.rules.yaml, because of --cwd, and not from cmdb.rules.yaml",
    );
    expect(pointed.out).toContain("rules from ../project/cmdb.rules.yaml");
    const chosen = await run("--rules", "mine.yaml");
    expect(chosen.out).toContain("rules from mine.yaml");
    expect(chosen.err).not.toContain("rules from");
  });

  test("pulumi --cwd: the pack says which rules it takes, and otherwise is quiet", async () => {
    const here = join(project.folder, "here");
    const pack = ["--policy-pack", join(root, "policy")];
    project.environment["PWD"] = here;
    const elsewhere = await project.pulumi("preview", ...pack);
    expect(elsewhere.text).toContain(`rules from ${join(here, "cmdb.rules.yaml")}; the program lies elsewhere`);
    project.environment["PWD"] = project.path;
    expect((await project.pulumi("preview", ...pack)).text).not.toContain("rules from");
  });
});
