import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse as parseJunit } from "junit2json";
import type { CommandResult } from "../helpers/environment";
import { guideFiles } from "../drift/rules-test/helpers/guide";
import { useTestEnvironment } from "../helpers/hooks";

const scene = useTestEnvironment();
const { rules, tests } = guideFiles();

/** Runs the command in a folder of its own with these files. */
async function run(files: Readonly<Record<string, string>>, ...args: string[]): Promise<CommandResult> {
  const folder = mkdtempSync(join(scene().cacheDir, "rules-test-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const paths = args.map((arg) => (arg in files ? join(folder, arg) : arg));
  return scene().cli(["rules", "test", ...paths], { ORANGE_CMDB_RULES: join(folder, "cmdb.rules.yaml") });
}

const guide = { "cmdb.rules.yaml": rules, "cmdb.rules.test.yaml": tests };
const broken = { ...guide, "cmdb.rules.yaml": rules.replace("as: ip", "as: regex").replace("unique:", "#") };

test("the cases of the guide pass, use every entry and rule, and make no API request", async () => {
  const before = scene().sandbox.requests.length;
  const { code, out, err } = await run(guide, "--coverage", "100");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/13 cases passed, 0 failed; coverage 100 %\n$/);
  expect(scene().sandbox.requests).toHaveLength(before);
});

test("a failed case exits with 2, and names line and column", async () => {
  const { code, out } = await run(broken, "cmdb.rules.test.yaml");
  expect(code).toBe(2);
  expect(out).toMatch(
    /✘ a router has one gateway\n +cmdb\.rules\.test\.yaml:\d+:\d+: not reported, but expected: rule: /,
  );
});

test("-o json and -o junit have the result of each case", async () => {
  const json = JSON.parse((await run(broken, "-o", "json")).out) as {
    passed: boolean;
    files: { cases: { name: string; passed: boolean }[] }[];
  };
  expect(json.passed).toBe(false);
  const failed = json.files.flatMap(({ cases }) => cases.filter(({ passed }) => !passed).map(({ name }) => name));
  expect(failed).toContain("a router has one gateway");
  const { out } = await run(broken, "-o", "junit", "--coverage", "100");
  const junit = await parseJunit(out);
  const suites = junit && "testsuite" in junit ? (junit.testsuite ?? []) : [];
  expect(suites.map(({ name }) => name)).toEqual([expect.stringMatching(/cmdb\.rules\.test\.yaml$/), "coverage"]);
  const inJunit = suites[0]?.testcase?.filter(({ failure }) => failure).map(({ name }) => name);
  expect(inJunit).toEqual(failed);
});

test("an error exits with 1: no test file, a wrong one, no records, a percentage above 100", async () => {
  const none = await run({ "cmdb.rules.yaml": rules });
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/no \*\.rules\.test\.yaml found in /)]);
  const wrong = await run({ ...guide, "cmdb.rules.test.yaml": "cases: []" });
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/cmdb\.rules\.test\.yaml:1:8: cases: /)]);
  const bare = await run({ ...guide, "cmdb.rules.test.yaml": tests.replace(/^records:[^]*?^cases:/m, "cases:") });
  expect([bare.code, bare.err]).toEqual([1, expect.stringMatching(/has no records: add records, or pass --inventory/)]);
  const watched = await run(guide, "--watch", "-o", "junit");
  expect([watched.code, watched.err]).toEqual([1, expect.stringMatching(/--watch prints to a terminal/)]);
  const high = await run(guide, "--coverage", "101");
  expect([high.code, high.err]).toEqual([1, expect.stringMatching(/--coverage is a percentage/)]);
});

test("--inventory gives the records of test files without records", async () => {
  const file = join(scene().cacheDir, "inventory.db");
  expect((await scene().cli(["sync", "--save", file])).code).toBe(0);
  const [router] = scene().sandbox.records("configurationItem");
  const id = String(router?.["id"]);
  const folder = join(scene().cacheDir, "inventory-test");
  mkdirSync(folder);
  const test = join(folder, "own.rules.test.json");
  const resource = { type: "aws:ec2/vpc:Vpc", properties: { tags: { "cmdb:configuration-item": `${id}-X` } } };
  writeFileSync(join(folder, "rules.yaml"), "references: [{ types: ['*'], kind: configurationItem }]");
  const cases = [{ name: "it", resource, expect: [{ rule: "record-exists", message: `"${id}"?` }] }];
  writeFileSync(test, JSON.stringify({ rules: "rules.yaml", cases }));
  const { code, out, err } = await scene().cli(["--inventory", file, "rules", "test", test]);
  expect([code, err, out]).toEqual([0, "", expect.stringMatching(/1 case passed/)]);
});

test("--watch runs again after a change of the rules file, and after a mistake in it", async () => {
  const folder = mkdtempSync(join(scene().cacheDir, "rules-watch-"));
  for (const [name, text] of Object.entries(guide)) writeFileSync(join(folder, name), text);
  const child = scene().start(["rules", "test", "--watch", join(folder, "cmdb.rules.test.yaml")]);
  const ended = once(child, "exit");
  try {
    let shown = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (shown += String(text)));
    const seen = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(shown)) await setTimeout(10);
      shown = "";
    };
    await seen(/13 cases passed, 0 failed[^]*waiting for changes/);
    writeFileSync(join(folder, "cmdb.rules.yaml"), broken["cmdb.rules.yaml"]);
    await seen(/✘ a router has one gateway[^]*waiting for changes/);
    writeFileSync(join(folder, "cmdb.rules.yaml"), "reference: []");
    await seen(/unknown key "reference"[^]*waiting for changes/);
    writeFileSync(join(folder, "cmdb.rules.yaml"), rules);
    await seen(/13 cases passed, 0 failed[^]*waiting for changes/);
  } finally {
    child.kill();
    await ended;
  }
});
