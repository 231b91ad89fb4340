import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { makeScene, type Ended, type Scene } from "../helpers/mirror";
import { gitlabJobs, runAction, runJob, uploadedBy, type Runner } from "./helpers/ci";
import { writeSample } from "./helpers/sample";

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await makeScene();
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

  test("uploads the report that is made for code scanning, without what is ignored", async () => {
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

  test("an inventory that was left in the workspace is fetched anew", async () => {
    const inventory = join(folder, "inventory.db");
    writeFileSync(inventory, "of another day");
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    const { steps } = await run({ arguments: "--state state.json", inventory });
    expect([steps["Inventory"]?.code, steps["Result"]?.code]).toEqual([0, 0]);
    expect(readFileSync(inventory).subarray(0, 6).toString()).toBe("SQLite");
  });

  test("a run that fails shows no report of an earlier one", async () => {
    writeFileSync(join(folder, "state.json"), '{"version":3,"deployment":{}}');
    await run({ arguments: "--state state.json" });
    const { steps, summary } = await run({ arguments: "--state nowhere.json" });
    expect([steps["Result"]?.code, summary]).toEqual([1, ""]);
    for (const name of ["json", "html", "md", "sarif", "github.sarif", "xml"])
      expect(existsSync(join(folder, ".orange-cmdb/report", `report.${name}`))).toBe(false);
  });

  test("a quote without its other half drops no argument: it fails, and says where to look", async () => {
    writeFileSync(join(folder, "good.json"), '{"version":3,"deployment":{}}');
    const { steps, output } = await run({ arguments: "--state good.json '--state=bad.json" });
    expect([steps["Result"]?.code, output]).toEqual([1, expect.stringContaining("exit-code=1")]);
    expect(steps["Drift report"]?.out).toMatch(/^::error::the input arguments .* check its quotes$/m);
  });

  test("arguments with spaces are whole, and none at all are none", async () => {
    writeFileSync(join(folder, "my state.json"), '{"version":3,"deployment":{}}');
    const { steps } = await run({ arguments: `--state 'my state.json' --state "$HOME/nowhere"` });
    expect(steps["Drift report"]?.err).toContain("$HOME/nowhere");
    expect((await run({ arguments: "--state 'my state.json'" })).steps["Result"]?.code).toBe(0);
    const none = await run({ arguments: "" });
    expect([none.steps["Result"]?.code, none.steps["Drift report"]?.err]).toEqual([
      1,
      expect.stringContaining("name the deployed resources"),
    ]);
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
  const job = (name: string, env: Readonly<Record<string, string>>): Promise<Ended> => runJob(runner(), name, env);

  test("one inventory, parts side by side, one report", async () => {
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

  test("a quote without its other half drops no argument", async () => {
    writeFileSync(join(folder, "good.json"), '{"version":3,"deployment":{}}');
    expect(await job("cmdb-inventory", {})).toMatchObject({ code: 0 });
    const part = (CMDB_DRIFT_ARGUMENTS: string): Promise<Ended> =>
      job("cmdb-drift-part", { CMDB_DRIFT_ARGUMENTS, CI_NODE_INDEX: "1", CI_NODE_TOTAL: "1" });
    expect((await part("--state good.json '--state=bad.json")).code).not.toBe(0);
    expect(existsSync(join(folder, ".orange-cmdb/part-1.json"))).toBe(false);
    expect((await part("")).err).toContain("name the deployed resources");
  });
});
