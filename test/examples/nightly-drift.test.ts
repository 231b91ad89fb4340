import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Report } from "../../drift/report/schema";
import { startSandbox, type Sandbox } from "../../sandbox";
import { actionInputs, runAction, runJob, type Runner } from "../drift/helpers/ci";
import { addClouds } from "../engine/helpers/clouds";
import { makeProject, root, type Project } from "../engine/helpers/project";
import { environmentOf, gateways } from "./helpers/project";

interface Workflow {
  jobs: { drift: { env: Record<string, string>; steps: { uses?: string; with?: Record<string, string> }[] } };
}

let sandbox: Sandbox;
let project: Project;
let runner: Runner;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
  await addClouds(project, ["aws"]);
  const up = async (stack: string, items: Readonly<Record<string, string>>): Promise<void> => {
    project.write("index.ts", gateways(items));
    await project.pulumi("stack", "init", stack);
    expect(await project.pulumi("up", "--yes", "--skip-preview", "--stack", stack)).toMatchObject({ code: 0 });
  };
  await up("prod", { par: "CI-RTR-PAR-001", lyon: "CI-NONE" });
  await up("dev-ann", { par: "CI-NOT-LOOKED-AT" });
}, 180_000);
beforeEach(() => {
  runner = { folder: mkdtempSync(join(project.folder, "job-")), env: environmentOf(project) };
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

const example = (file: string): string => join(root, "examples/nightly-drift", file);

const reported = (path: string): Report => JSON.parse(readFileSync(join(runner.folder, path), "utf8")) as Report;

test("the GitHub workflow reports all stacks except those of developers, with its history", async () => {
  const { jobs } = parse(readFileSync(example("github.yml"), "utf8")) as Workflow;
  const step = jobs.drift.steps.find(({ uses }) => uses === "./node_modules/pulumi-orange-cmdb");
  const inputs = step?.with ?? {};
  for (const name of Object.keys(inputs)) expect(actionInputs).toContain(name);
  for (const name of ["CLIENT_ID", "CLIENT_SECRET", "API_KEY"])
    expect(jobs.drift.env[`ORANGE_CMDB_${name}`]).toBe(`\${{ secrets.ORANGE_CMDB_${name} }}`);
  const { steps, summary } = await runAction(runner, inputs);
  expect(steps["Drift report"]).toMatchObject({ code: 0, out: expect.stringContaining("CI-NONE") });
  expect(steps["Result"]?.code).toBe(2);
  expect(summary).toContain("CI-NONE");
  const report = reported(".orange-cmdb/report/report.json");
  expect(report.stacks.map(({ name }) => name)).toEqual(["user-project/prod", "user-project/test"]);
  expect(JSON.stringify(report)).not.toContain("CI-NOT-LOOKED-AT");
  expect(readFileSync(join(runner.folder, ".orange-cmdb/history.ndjson"), "utf8").trim().split("\n")).toHaveLength(1);
}, 300_000);

test("the GitLab pipeline reports the same in parts", async () => {
  const { variables } = parse(readFileSync(example("gitlab-ci.yml"), "utf8")) as {
    variables: Record<string, string>;
  };
  expect(await runJob(runner, "cmdb-inventory", variables)).toMatchObject({ code: 0 });
  // Names that a shell would put in the place of a pattern.
  mkdirSync(join(runner.folder, "net"));
  writeFileSync(join(runner.folder, "net", "dev-x"), "");
  for (const index of ["1", "2"]) {
    const part = await runJob(runner, "cmdb-drift-part", { ...variables, CI_NODE_INDEX: index, CI_NODE_TOTAL: "2" });
    expect(part).toMatchObject({ code: 0 });
  }
  const { code, out } = await runJob(runner, "cmdb-drift", variables);
  expect([code, out]).toEqual([2, expect.stringContaining("CI-NONE")]);
  expect(reported(".orange-cmdb/report.json").stacks.map(({ name }) => name)).toEqual([
    "user-project/prod",
    "user-project/test",
  ]);
}, 300_000);
