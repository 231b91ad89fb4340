import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { serveFile } from "../inventory/helpers/file-server";
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
  project = makeProject();
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
])("%s uses the credentials of the selected stack, also in a subfolder", async (_name, args, expected) => {
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

test("drift uses the configuration of the named stack, or of the selected one for all stacks", async () => {
  const counted = async (...args: string[]): Promise<unknown> => {
    const { out, err } = await cli(["drift", ...args, "-o", "json"]);
    expect(err).not.toMatch(secrets);
    return (JSON.parse(out) as { inventory: { endpoint: string } }).inventory.endpoint;
  };
  expect(await counted("--stack", "test")).toBe(sandbox.endpoint);
  expect(await counted("--stack", "other")).toBe(other.endpoint);
  expect(await counted("--all-stacks")).toBe(sandbox.endpoint);
});

test("the environment takes precedence over the stack configuration", async () => {
  const { out } = await cli(["sync"], { ...other.environment });
  expect(out).toContain(other.endpoint);
});

test("the token of an inventory URL is read from the stack configuration", async () => {
  await project.pulumi("stack", "init", "reader", "--no-select");
  await project.pulumi("config", "set", "--secret", "orange-cmdb:inventoryToken", "planted-token", "--stack", "reader");
  const server = await serveFile(Buffer.from("not an inventory"));
  try {
    const { err } = await cli(["drift", "--stack", "reader", "--inventory", `${server.url}/inventory.db`]);
    expect(err).toContain("is not an inventory file");
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer planted-token"]);
    expect(err).not.toContain("planted-token");
  } finally {
    await server.close();
    await project.pulumi("stack", "rm", "reader", "--yes");
    // Pulumi selects no stack after one was removed.
    await project.pulumi("stack", "select", "test");
  }
});

test("an unreadable stack configuration is a warning, and is not read if the environment has all settings", async () => {
  const failed = await cli(["list", "locations"], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
  expect(failed.err).toMatch(
    /^warning: cannot read the orange-cmdb settings of the selected stack; continuing without them: .*passphrase/,
  );
  expect(failed.err).toContain("clientId is missing: pulumi config set");
  expect(failed.code).toBe(1);
  // Everything that the stack configures is in the environment: the Pulumi CLI is not started.
  const full = { ...sandbox.environment, ORANGE_CMDB_PULUMI: join(project.folder, "none") };
  expect(await cli(["list", "locations"], full)).toMatchObject({ code: 0, err: "" });
  const missing = await cli(["list", "locations"], { ORANGE_CMDB_PULUMI: join(project.folder, "none") });
  expect(missing.err).toContain("pulumi is not on PATH");
});

test("stack configurations in stackConfigDir are found", async () => {
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

test("outside a project, an error does not suggest a stack configuration", async () => {
  const { code, err } = await cli(["list", "locations"], {}, project.folder);
  expect(code).toBe(1);
  expect(err).toContain("clientId is missing: ORANGE_CMDB_CLIENT_ID=…");
  expect(err).not.toContain("pulumi config");
});

test("the configuration that Pulumi passes to a program takes precedence in its commands", async () => {
  const { endpoint, tokenUrl } = other;
  const config = JSON.stringify({ "orange-cmdb:endpoint": endpoint, "orange-cmdb:tokenUrl": tokenUrl });
  const { out } = await cli(["sync"], { ...sandbox.environment, PULUMI_CONFIG: config });
  expect(out).toContain(other.endpoint);
});

test("a program without settings names the missing ones, and Node.js prints no warning", async () => {
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

describe("a program in another folder", () => {
  const rules = (level: string): string =>
    JSON.stringify({ references: [{ types: ["*"], kind: "location" }], severity: { "record-exists": level } });

  test("has its rules used and named by drift --cwd, and --rules is relative to the working directory", async () => {
    const here = join(project.folder, "here");
    mkdirSync(here);
    writeFileSync(join(here, "cmdb.rules.yaml"), rules("info"));
    writeFileSync(join(here, "mine.yaml"), rules("warning"));
    project.write("cmdb.rules.yaml", rules("error"));
    const run = (...args: string[]): Promise<Ended> =>
      cli(["drift", "--cwd", "../project", "--stack", "test", ...args], {}, here);
    const pointed = await run();
    expect(pointed.err).toContain(
      "using rules from ../project/cmdb.rules.yaml because of --cwd, not from cmdb.rules.yaml",
    );
    expect(pointed.out).toContain("rules from ../project/cmdb.rules.yaml");
    const chosen = await run("--rules", "mine.yaml");
    expect(chosen.out).toContain("rules from mine.yaml");
    expect(chosen.err).not.toContain("rules from");
  });

  test("has its rules named by the pack if they are in another folder", async () => {
    const here = join(project.folder, "here");
    const pack = ["--policy-pack", join(root, "policy")];
    project.environment["PWD"] = here;
    const elsewhere = await project.pulumi("preview", ...pack);
    expect(elsewhere.text).toContain(`rules from ${join(here, "cmdb.rules.yaml")}; the program lies elsewhere`);
    project.environment["PWD"] = project.path;
    expect((await project.pulumi("preview", ...pack)).text).not.toContain("rules from");
  });
});
