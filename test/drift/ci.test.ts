import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { Report } from "../../drift/report/schema";
import { makeScene, type Ended, type Scene } from "../helpers/mirror";
import { writeSample } from "./helpers/sample";

const root = resolve(__dirname, "../..");
const command = `${process.execPath} ${join(root, "dist/cli/main.js")}`;

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await makeScene();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "ci-"));
});
afterAll(() => scene.end());

/** Runs a step's commands as the runner does: in bash, with the step's environment. */
function bash(script: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const all = {
    ...process.env,
    ...scene.sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: scene.cacheDir,
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    ...env,
  };
  return new Promise((done) => {
    const args = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script];
    execFile("bash", args, { cwd: folder, env: all, maxBuffer: 1 << 26 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

describe("the GitHub action", () => {
  interface Step {
    name: string;
    run?: string;
    env?: Record<string, string>;
  }
  const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as {
    inputs: Record<string, { default?: string }>;
    runs: { using: string; steps: Step[] };
  };

  /** Runs every step that has commands, one after the other, as far as they go. */
  async function run(
    inputs: Readonly<Record<string, string>>,
  ): Promise<{ steps: Record<string, Ended>; output: string; summary: string }> {
    const [output, summary] = [join(folder, "output"), join(folder, "summary")];
    writeFileSync(output, "");
    writeFileSync(summary, "");
    const values: Record<string, string> = { command, ...inputs };
    const steps: Record<string, Ended> = {};
    for (const { name, run: script, env = {} } of action.runs.steps) {
      if (script === undefined) continue;
      const given = Object.entries(env).map(([key, text]): [string, string] => {
        const [, input] = /inputs\.([a-z-]+)/.exec(text) ?? [];
        const [, said] = /steps\.drift\.outputs\.([a-z-]+)/.exec(text) ?? [];
        const code = new RegExp(`^${said}=(.*)$`, "m").exec(readFileSync(output, "utf8"))?.[1];
        return [key, input ? (values[input] ?? action.inputs[input]?.default ?? "") : (code ?? "")];
      });
      steps[name] = await bash(script, {
        ...Object.fromEntries(given),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      });
    }
    return { steps, output: readFileSync(output, "utf8"), summary: readFileSync(summary, "utf8") };
  }

  test("fetches the inventory once, writes all reports and the summary, annotates, and fails on findings", async () => {
    const { states, rules } = writeSample(folder);
    const args = `--rules ${rules} ${states.map((path) => `--state '${path}'`).join(" ")}`;
    const { steps, output, summary } = await run({ arguments: args });
    expect(steps["Inventory"]).toMatchObject({ code: 0 });
    expect(steps["Drift report"]).toMatchObject({ code: 0, out: expect.stringMatching(/^::error /m) });
    expect(output).toContain("exit-code=2");
    expect(summary).toContain("## ❌ Coverage");
    expect(steps["Result"]?.code).toBe(2);
    for (const name of ["json", "html", "md", "sarif", "xml"])
      expect(existsSync(join(folder, ".orange-cmdb/report", `report.${name}`))).toBe(true);
    const before = scene.sandbox.requests.length;
    await run({ arguments: args });
    expect(scene.sandbox.requests.length).toBe(before);
  });

  test("passes where there is nothing to find", async () => {
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    const { steps, output } = await run({ arguments: "--state state.json" });
    expect([steps["Result"]?.code, output]).toEqual([0, expect.stringContaining("exit-code=0")]);
  });

  test.each([
    ["a state that is not there", { arguments: "--state nowhere.json" }],
    ["a command that cannot be run", { arguments: "--state state.json", command: "/nonexistent" }],
    ["arguments that are more than arguments", { arguments: "--state $(touch${IFS}pwned)nowhere" }],
  ])("%s: the result is 1, never 0", async (_name, inputs) => {
    const { steps } = await run(inputs);
    expect(steps["Result"]?.code).not.toBe(0);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });
});

describe("the GitLab template", () => {
  const template = parse(readFileSync(join(root, "ci/gitlab.yml"), "utf8")) as Record<
    string,
    { script: string[]; parallel?: number }
  >;

  /** Runs a job's script as the runner does. */
  async function job(name: string, env: Readonly<Record<string, string>>): Promise<Ended> {
    const { variables } = template as unknown as { variables: Record<string, string> };
    return bash((template[name]?.script ?? []).join("\n"), { ...variables, CMDB_COMMAND: command, ...env });
  }

  test("one inventory, parts side by side, one report", async () => {
    const { states, rules } = writeSample(folder);
    const CMDB_DRIFT_ARGUMENTS = `--rules ${rules} ${states.map((path) => `--state ${path}`).join(" ")}`;
    expect(await job("cmdb-inventory", {})).toMatchObject({ code: 0 });
    const total = template["cmdb-drift-part"]?.parallel ?? 0;
    expect(total).toBeGreaterThan(1);
    for (let index = 1; index <= total; index += 1) {
      const env = { CMDB_DRIFT_ARGUMENTS, CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(total) };
      expect(await job("cmdb-drift-part", env)).toMatchObject({ code: 0 });
    }
    const { code, out } = await job("cmdb-drift", {});
    expect([code, out]).toEqual([2, expect.stringContaining("Coverage")]);
    const report = JSON.parse(readFileSync(join(folder, ".orange-cmdb/report.json"), "utf8")) as Report;
    expect(report.summary.stacks).toBe(4);
    expect((await job("cmdb-drift", { CMDB_FAIL_ON: "never" })).code).toBe(0);
    for (const name of ["report.html", "report.xml", "code-quality.json", "history.ndjson"])
      expect(existsSync(join(folder, ".orange-cmdb", name))).toBe(true);
  });
});
