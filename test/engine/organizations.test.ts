import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { startSandbox, type Sandbox } from "../../sandbox";
import type { TestServer } from "../helpers/server";
import { judged } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { startPulumiCloud } from "./helpers/pulumi-cloud";

let sandbox: Sandbox;
let project: Project;
let cloud: TestServer;
let state: string;
/** The environment of a backend in files, and that of Pulumi Cloud. */
let files: NodeJS.ProcessEnv;
let service: Record<string, string>;

/** Reports on stacks of a backend. */
function drift(
  args: readonly string[],
  backend: NodeJS.ProcessEnv,
): Promise<{ code: number; out: string; err: string }> {
  const env = {
    ...process.env,
    ...sandbox.environment,
    PULUMI_HOME: join(project.folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    ORANGE_CMDB_CACHE_DIR: join(project.folder, "mirror-of-drift"),
    NODE_OPTIONS: "",
    ...backend,
  };
  const full = [join(root, "dist/cli/main.js"), "drift", "-o", "json", ...args];
  return new Promise((done) => {
    execFile(process.execPath, full, { cwd: project.path, env, maxBuffer: 1 << 26 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

async function report(args: readonly string[], backend: NodeJS.ProcessEnv): Promise<Report> {
  const { code, out, err } = await drift(args, backend);
  if (code === 1) throw new Error(err);
  return JSON.parse(out) as Report;
}

const names = ({ stacks }: Report): string[] => stacks.map(({ name }) => name);

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  project.write(
    "index.ts",
    `import * as cmdb from "pulumi-orange-cmdb";
     new cmdb.ConfigurationItem("router", { configurationItemId: "CI-RTR-PAR-001" });`,
  );
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  if (up.code !== 0) throw new Error(up.text);
  state = join(project.folder, "state.json");
  await project.pulumi("stack", "export", "--stack", "test", "--file", state);
  const exported = JSON.parse(readFileSync(state, "utf8")) as object;
  cloud = await startPulumiCloud(
    ["acme", "globex"].map((organization) => ({
      organization,
      project: "user-project",
      stack: "test",
      state: exported,
    })),
  );
  files = { PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}` };
  service = { PULUMI_BACKEND_URL: cloud.url, PULUMI_ACCESS_TOKEN: "pul-test" };
}, 180_000);

afterAll(async () => {
  await cloud?.close();
  await sandbox?.close();
  project?.remove();
});

test("a stack of a file backend is the same by every name, and from its export", async () => {
  const rules = join(project.folder, "rules.json");
  project.write("../rules.json", JSON.stringify({ cover: [{ kind: "location" }] }));
  const ways = [
    ["--state", state],
    ["--stack", "test"],
    ["--stack", "organization/test"],
    ["--stack", "organization/user-project/test"],
    ["--all-stacks"],
  ];
  const found = new Set<string>();
  for (const way of ways) {
    const { stacks, findings, coverage } = await report([...way, "--rules", rules], files);
    const fingerprints = findings.map(({ fingerprint }) => fingerprint);
    expect(fingerprints.length).toBeGreaterThan(0);
    found.add(JSON.stringify([stacks, fingerprints, coverage]));
  }
  expect([...found]).toEqual([expect.stringContaining('"name":"user-project/test"')]);
}, 60_000);

test("stacks of two organisations of Pulumi Cloud are two stacks", async () => {
  const all = await report(["--all-stacks"], service);
  expect(names(all)).toEqual(["acme/user-project/test", "globex/user-project/test"]);
  const users = all.coverage.find(({ recordId }) => recordId === "CI-RTR-PAR-001")?.resources;
  expect(users).toEqual([
    expect.stringMatching(/^urn:pulumi:acme\/user-project\/test::user-project::.*::router$/),
    expect.stringMatching(/^urn:pulumi:globex\/user-project\/test::user-project::.*::router$/),
  ]);
  const choose = async (...args: string[]): Promise<string[]> =>
    names(await report(["--all-stacks", ...args], service));
  expect(await choose("--include", "globex/*")).toEqual(["globex/user-project/test"]);
  expect(await choose("--exclude", "globex/user-project/test")).toEqual(["acme/user-project/test"]);
  expect(await choose("--include", "user-project/test")).toHaveLength(2);
}, 60_000);

test.each([
  ["test", "acme/user-project/test"],
  ["globex/test", "globex/user-project/test"],
  ["globex/user-project/test", "globex/user-project/test"],
])("--stack %s selects the stack %s of Pulumi Cloud", async (given, full) => {
  expect(names(await report(["--stack", given], service))).toEqual([full]);
});

test("a stack that is selected by two names is rejected, and an unknown stack is one error line", async () => {
  const twice = await drift(["--stack", "test", "--stack", "acme/user-project/test"], service);
  expect(twice).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("acme/user-project/test occurs twice"),
  });
  for (const name of ["nosuch", "initech/user-project/test"]) {
    const { code, err } = await drift(["--stack", name], service);
    expect(code).toBe(1);
    expect(err.trim().split("\n").at(-1)).toContain(`cannot export the stack ${name}`);
  }
}, 60_000);

test("an export beside a stack of the backend is rejected, because it can be the same stack", async () => {
  const { code, err } = await drift(["--state", state, "--stack", "globex/test"], service);
  expect(code).toBe(1);
  expect(err).toContain("the stacks user-project/test and globex/user-project/test can be the same stack");
});

test("the findings of --refresh belong to the stack of its organisation", async () => {
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "renamed" });
  try {
    const { refresh } = await report(["--stack", "globex/user-project/test", "--refresh"], service);
    expect(refresh).toMatchObject({
      stacks: ["globex/user-project/test"],
      resources: [
        {
          stack: "globex/user-project/test",
          urn: expect.stringMatching(/^urn:pulumi:globex\/user-project\/test::.*::router$/),
          change: "changed",
        },
      ],
    });
  } finally {
    sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "par-router-001" });
  }
}, 60_000);

test("the policy pack ignores by organisation, and reports the engine's own URNs", async () => {
  const rules = (resources: readonly string[]): string =>
    JSON.stringify({
      references: [{ types: ["pulumi-nodejs:dynamic/orange-cmdb:*"], kind: "location", required: true }],
      cover: [{ kind: "location" }],
      ignore: resources.map((resource) => ({ resource, reason: "lab" })),
    });
  const run = async (resources: readonly string[], ...stack: string[]): Promise<readonly string[]> => {
    project.write("cmdb.rules.yaml", rules(resources));
    const args = ["preview", "--policy-pack", join(root, "policy"), ...stack];
    const { complaints } = await judged(project, ...args);
    return complaints;
  };
  const all = ["inventory-covered user-project-test (advisory)", "reference-required router (mandatory)"];
  expect(await run(["urn:pulumi:organization/*", "urn:pulumi:acme/*"])).toEqual(all);
  Object.assign(project.environment, service);
  const stack = ["--stack", "acme/user-project/test"];
  expect(await run(["urn:pulumi:globex/*", "urn:pulumi:acme/other/*"], ...stack)).toEqual(all);
  expect(await run(["urn:pulumi:acme/user-project/test::*router", "urn:pulumi:test::*Stack::*"], ...stack)).toEqual([]);
}, 300_000);
