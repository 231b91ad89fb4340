import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { gitlabJobs, runAction, runJob, uploadedBy, type Runner } from "./helpers/ci";
import { writeSample } from "./helpers/sample";

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "ci-"));
});
afterAll(() => scene.end());

const runner = (): Runner => ({
  folder,
  env: { ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir },
});

describe("the GitHub action", () => {
  const run = (inputs: Readonly<Record<string, string>>, isCached = false): ReturnType<typeof runAction> =>
    runAction(runner(), inputs, isCached);

  test("fetches the inventory once, writes all reports and the summary, annotates, and fails on findings", async () => {
    const { states, rules } = writeSample(folder);
    const args = `--rules ${rules} ${states.map((path) => `--state '${path}'`).join(" ")}`;
    const { steps, output, summary } = await run({ arguments: args });
    expect(steps["Inventory"]).toMatchObject({ code: 0 });
    expect(steps["Drift report"]).toMatchObject({ code: 0, out: expect.stringMatching(/^::error /m) });
    expect(output).toContain("exit-code=2");
    expect(summary).toContain("## ❌ Coverage");
    expect(steps["Result"]?.code).toBe(2);
    for (const name of ["json", "html", "md", "sarif", "github.sarif", "xml"])
      expect(existsSync(join(folder, ".orange-cmdb/report", `report.${name}`))).toBe(true);
    const before = scene.sandbox.requests.length;
    await run({ arguments: args }, true);
    expect(scene.sandbox.requests.length).toBe(before);
  });

  test("uploads the code scanning report, without ignored findings", async () => {
    const { states, rules } = writeSample(folder);
    writeFileSync(join(folder, "ignore.yaml"), "ignore: [{ rule: attributes-match, reason: lab }]");
    const args = `--rules ${rules} --ignore-file '${join(folder, "ignore.yaml")}' --state '${states[0]}'`;
    await run({ arguments: args, report: "made" });
    const uploaded = uploadedBy({ report: "made" });
    const [whole, github] = [join(folder, "made/report.sarif"), join(folder, uploaded)].map((path) =>
      readFileSync(path, "utf8"),
    );
    expect(whole).toContain('"suppressions"');
    expect(github).toContain('"primaryLocationLineHash"');
    expect(github).not.toContain('"suppressions"');
  });

  test("replaces an inventory that an earlier run left in the workspace", async () => {
    const inventory = join(folder, "inventory.db");
    writeFileSync(inventory, "of another day");
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    const { steps } = await run({ arguments: "--state state.json", inventory });
    expect([steps["Inventory"]?.code, steps["Result"]?.code]).toEqual([0, 0]);
    expect(readFileSync(inventory).subarray(0, 6).toString()).toBe("SQLite");
  });

  test("shows no report of an earlier run if the run fails", async () => {
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    await run({ arguments: "--state state.json" });
    const { steps, summary } = await run({ arguments: "--state nowhere.json" });
    expect([steps["Result"]?.code, summary]).toEqual([1, ""]);
    for (const name of ["json", "html", "md", "sarif", "github.sarif", "xml"])
      expect(existsSync(join(folder, ".orange-cmdb/report", `report.${name}`))).toBe(false);
  });

  test("fails with a hint for an unbalanced quote, and drops no argument", async () => {
    writeFileSync(join(folder, "good.json"), '{"version":3,"deployment":{}}');
    const { steps, output } = await run({ arguments: "--state good.json '--state=bad.json" });
    expect([steps["Result"]?.code, output]).toEqual([1, expect.stringContaining("exit-code=1")]);
    expect(steps["Drift report"]?.out).toMatch(/^::error::the input arguments .* check its quotes$/m);
  });

  test("keeps arguments with spaces whole, and accepts no arguments", async () => {
    writeFileSync(join(folder, "my state.json"), '{"version":3,"deployment":{}}');
    const { steps } = await run({ arguments: `--state 'my state.json' --state "$HOME/nowhere"` });
    expect(steps["Drift report"]?.err).toContain("$HOME/nowhere");
    expect((await run({ arguments: "--state 'my state.json'" })).steps["Result"]?.code).toBe(0);
    const none = await run({ arguments: "" });
    expect([none.steps["Result"]?.code, none.steps["Drift report"]?.err]).toEqual([
      1,
      expect.stringContaining("no deployed resources given"),
    ]);
  });

  test("passes if there are no findings", async () => {
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    const { steps, output } = await run({ arguments: "--state state.json" });
    expect([steps["Result"]?.code, output]).toEqual([0, expect.stringContaining("exit-code=0")]);
  });

  test.each([
    ["a missing state", { arguments: "--state nowhere.json" }],
    ["a command that cannot be run", { arguments: "--state state.json", command: "/nonexistent" }],
    ["arguments with shell code", { arguments: "--state $(touch${IFS}pwned)nowhere" }],
  ])("fails with 1, never 0, for %s", async (_name, inputs) => {
    const { steps } = await run(inputs);
    expect(steps["Result"]?.code).not.toBe(0);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });
});

describe("the GitLab template", () => {
  const job = (name: string, env: Readonly<Record<string, string>>): Promise<CommandResult> =>
    runJob(runner(), name, env);

  test("shares one inventory among parallel parts, and merges one report", async () => {
    const { states, rules } = writeSample(folder);
    const CMDB_DRIFT_ARGUMENTS = `--rules ${rules} ${states.map((path) => `--state ${path}`).join(" ")}`;
    expect(await job("cmdb-inventory", {})).toMatchObject({ code: 0 });
    const total = gitlabJobs["cmdb-drift-part"]?.parallel ?? 0;
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

  test("fails for an unbalanced quote, and drops no argument", async () => {
    writeFileSync(join(folder, "good.json"), '{"version":3,"deployment":{}}');
    expect(await job("cmdb-inventory", {})).toMatchObject({ code: 0 });
    const part = (CMDB_DRIFT_ARGUMENTS: string): Promise<CommandResult> =>
      job("cmdb-drift-part", { CMDB_DRIFT_ARGUMENTS, CI_NODE_INDEX: "1", CI_NODE_TOTAL: "1" });
    expect((await part("--state good.json '--state=bad.json")).code).not.toBe(0);
    expect(existsSync(join(folder, ".orange-cmdb/part-1.json"))).toBe(false);
    expect((await part("")).err).toContain("no deployed resources given");
  });
});
