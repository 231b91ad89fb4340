import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "./helpers/project";

let sandbox: Sandbox;
let project: Project;

/** Runs the command where the project's backend is the current one. */
function drift(
  args: readonly string[],
  changes: NodeJS.ProcessEnv = {},
): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    ...sandbox.environment,
    PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}`,
    PULUMI_HOME: join(project.folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    ORANGE_CMDB_CACHE_DIR: join(project.folder, "mirror-of-drift"),
    ORANGE_CMDB_MAX_AGE: "0",
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    ...changes,
  };
  const full = [join(root, "dist/cli/main.js"), "drift", ...args];
  return new Promise((done) => {
    execFile(process.execPath, full, { cwd: project.path, env, maxBuffer: 1 << 26 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

const report = (out: string): Report => JSON.parse(out) as Report;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";
     import * as cmdb from "pulumi-orange-cmdb";
     const id = new pulumi.Config().require("item");
     new cmdb.ConfigurationItem("router", { configurationItemId: id });`,
  );
  await project.pulumi("config", "set", "item", "CI-RTR-PAR-001");
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  if (up.code !== 0) throw new Error(up.text);
  for (const [stack, item] of [
    ["dev", "CI-RTR-LYS-001"],
    ["lab", "CI-SWI-LYS-001"],
  ] as const) {
    await project.pulumi("stack", "init", stack);
    const done = await project.pulumi("config", "set", "item", item, "--stack", stack);
    if (done.code !== 0) throw new Error(done.text);
    const made = await project.pulumi("up", "--yes", "--skip-preview", "--stack", stack);
    if (made.code !== 0) throw new Error(made.text);
  }
}, 180_000);

afterAll(async () => {
  await sandbox?.close();
  project?.remove();
});

test("--stack reports a stack of the backend by its name", async () => {
  const { code, out, err } = await drift(["--stack", "test", "-o", "json"]);
  expect([code, err]).toEqual([0, expect.any(String)]);
  expect(report(out).stacks).toEqual([{ name: "user-project/test", resources: 3, referencing: 1 }]);
  expect(
    report(out)
      .coverage.filter(({ resources }) => resources.length > 0)
      .map(({ recordId }) => recordId),
  ).toEqual(["CI-RTR-PAR-001"]);
});

test("a checkpoint of the backend is read as the export of its stack", async () => {
  const checkpoint = join(project.folder, "state/.pulumi/stacks/user-project/test.json");
  const exported = join(project.folder, "exported.json");
  await project.pulumi("stack", "export", "--stack", "test", "--file", exported);
  const [one, other] = await Promise.all(
    [checkpoint, exported].map(async (file) => report((await drift(["--state", file, "-o", "json"])).out)),
  );
  const counts = (found: Report | undefined): unknown => found?.stacks.map(({ name: _name, ...rest }) => rest);
  expect(counts(one)).toEqual([{ resources: 3, referencing: 1 }]);
  expect([counts(one), one?.findings, one?.coverage]).toEqual([counts(other), other?.findings, other?.coverage]);
});

test("all stacks read from the folder of the backend give the report of their exports", async () => {
  const stacks = ["dev", "lab", "test"].flatMap((name) => ["--stack", name]);
  const noCli = { ORANGE_CMDB_PULUMI: "/nonexistent/pulumi" };
  const [direct, exported] = await Promise.all([
    drift(["--all-stacks", "-o", "json"], noCli),
    drift([...stacks, "-o", "json"]),
  ]);
  const comparable = ({ out }: { out: string }): unknown => {
    const { inventory, ...rest } = report(out);
    return { ...rest, inventory: { ...inventory, syncedAt: "" }, generatedAt: "" };
  };
  expect(comparable(direct)).toEqual(comparable(exported));
});

test("--all-stacks selects stacks by patterns and shards", async () => {
  const names = async (...args: string[]): Promise<string[]> =>
    report((await drift(["--all-stacks", ...args, "-o", "json"])).out).stacks.map(({ name }) => name);
  expect(await names()).toEqual(["user-project/dev", "user-project/lab", "user-project/test"]);
  expect(await names("--include", "user-project/*", "--exclude", "*/lab")).toEqual([
    "user-project/dev",
    "user-project/test",
  ]);
  expect(await names("--include", "user-project/lab")).toEqual(["user-project/lab"]);
  const parts = [await names("--shard", "1/2"), await names("--shard", "2/2")];
  expect(parts.flat().sort()).toEqual(["user-project/dev", "user-project/lab", "user-project/test"]);
});

test("--refresh reports drift that Pulumi finds, separate from findings of the inventory, and does not change the state", async () => {
  const before = (await project.pulumi("stack", "export", "--stack", "test")).text;
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "renamed" });
  try {
    const { code, out, err } = await drift(["--stack", "test", "--stack", "dev", "--refresh", "-o", "json"]);
    expect([code, err]).toEqual([0, expect.any(String)]);
    expect(report(out).refresh).toEqual({
      stacks: ["user-project/dev", "user-project/test"],
      resources: [
        {
          stack: "user-project/test",
          urn: expect.stringMatching(/::router$/),
          type: "pulumi-nodejs:dynamic/orange-cmdb:ConfigurationItem",
          change: "changed",
          properties: ["name"],
        },
      ],
    });
    expect(report(out).findings).toEqual([]);
    expect((await drift(["--stack", "test", "--refresh", "--fail-on", "warning"])).code).toBe(2);
    expect((await project.pulumi("stack", "export", "--stack", "test")).text).toBe(before);
  } finally {
    sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "par-router-001" });
  }
});

test.each([
  [
    "an unknown stack",
    ["--stack", "nosuch"],
    {},
    /the current backend has no stack nosuch; pulumi stack ls --all lists its stacks/,
  ],
  ["a wrong passphrase", ["--stack", "test", "--refresh"], { PULUMI_CONFIG_PASSPHRASE: "wrong" }, /passphrase/],
  [
    "an unavailable backend",
    ["--all-stacks"],
    { PULUMI_BACKEND_URL: "file:///nonexistent" },
    /the folder \/nonexistent does not exist/,
  ],
  [
    "a pattern that matches no stack",
    ["--all-stacks", "--include", "prod-*"],
    {},
    /none of the 3 stacks and states matches --include prod-\*/,
  ],
  [
    "a missing Pulumi CLI for a stack of Pulumi Cloud",
    ["--stack", "test"],
    { ORANGE_CMDB_PULUMI: "/nonexistent/pulumi", PULUMI_BACKEND_URL: "https://127.0.0.1:1" },
    /pulumi is not on PATH/,
  ],
])("%s is exit code 1 with one error line and no report", async (_name, args, env, said) => {
  const { code, out, err } = await drift(["-o", "json", ...args], env);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(said);
  expect(err).not.toMatch(/\n\s+at /);
});

test("a backend without stacks is exit code 1", async () => {
  const empty = join(project.folder, "empty");
  mkdirSync(empty, { recursive: true });
  const { code, err } = await drift(["--all-stacks"], { PULUMI_BACKEND_URL: `file://${empty}` });
  expect(code).toBe(1);
  expect(err).toContain(`the current backend ${empty} has no stacks`);
});

test("a secret in the state does not appear in any format", async () => {
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";
     import * as cmdb from "pulumi-orange-cmdb";
     new cmdb.ConfigurationItem("router", { configurationItemId: pulumi.secret("CI-RTR-PAR-001") });`,
  );
  expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  const folder = join(project.folder, "out");
  const names = ["json", "ndjson", "markdown", "junit", "sarif", "csv", "html", "gitlab"];
  const outputs = names.flatMap((name) => ["-o", `${name}=${join(folder, name)}`]);
  const { code } = await drift(["--stack", "test", ...outputs, "--fail-on", "never"]);
  expect(code).toBe(0);
  for (const name of names) {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text).not.toMatch(/ciphertext|v1:[\w+/=]{8,}:/);
  }
  expect(report(readFileSync(join(folder, "json"), "utf8")).undecidedResources).toEqual([
    { urn: expect.stringMatching(/::router$/), kinds: ["configurationItem"] },
  ]);
});
