import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readReport } from "../../drift/report/read";
import { mergeReports } from "../../drift/evaluate/merge";
import type { Report } from "../../drift/report/schema";
import type { TestEnvironment } from "../helpers/environment";
import { changedScene, writeSample } from "../drift/helpers/sample";

let scene: TestEnvironment;
let folder: string;
let sample: { states: string[]; rules: string };

beforeAll(async () => {
  scene = await changedScene();
  folder = join(scene.cacheDir, "parts");
  const { states, rules } = writeSample(join(folder, "sample"));
  // The part that a stack is in depends on its path: from where the command runs it is the same each time.
  sample = { states: states.map((path) => relative(scene.cacheDir, path)), rules };
  const ignored = "ignore: [{ rule: attributes-match, resource: '*::shop::*', reason: lab }]";
  writeFileSync(join(folder, "ignore.yaml"), ignored);
  for (const index of [1, 2]) await run([...sample.states, "--shard", `${index}/2`], `shard-${index}.json`);
  await run(sample.states, "whole.json");
  await run([...sample.states, "--baseline", join(folder, "whole.json")], "compared.json");
});
afterAll(() => scene.end());

/** Makes a report of these states with the command. */
async function run([...states]: readonly string[], name: string): Promise<void> {
  const options = states.splice(sample.states.length);
  const args = ["drift", ...states.flatMap((path) => ["--state", path]), ...options, "--rules", sample.rules];
  const { code, err } = await scene.cli([
    ...[...args, "--ignore-file", join(folder, "ignore.yaml")],
    ...["--fail-on", "warning", "-o", `json=${join(folder, name)}`],
  ]);
  if (code === 1) throw new Error(err);
}

const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const read = (name: string): Report => JSON.parse(text(name)) as Report;

/** Writes a part that was changed, and returns its path. */
function changed(name: string, change: (report: Report) => unknown): string {
  const report = read(name);
  change(report);
  const path = join(folder, "changed.json");
  writeFileSync(path, JSON.stringify(report));
  return path;
}

/** Merges reports, named by their file in the folder or by their path. */
const merge = (...names: string[]): Report =>
  mergeReports(
    names.map((name) => {
      const path = name.startsWith("/") ? name : join(folder, name);
      return { path, report: readReport(path) };
    }),
    {},
  );

test("unchanged parts are merged, alone and together", () => {
  const both = merge("shard-1.json", "shard-2.json");
  expect(both.findings).toEqual(merge("whole.json").findings);
  expect(merge("compared.json").summary).toEqual(read("compared.json").summary);
  // The tests below change something that is there.
  const [first, second] = [read("shard-1.json"), read("shard-2.json")];
  expect(Math.min(first.stacks.length, second.stacks.length, first.findings.length)).toBeGreaterThan(0);
  expect(Math.min(both.ignored.length, read("compared.json").knownFindings.length)).toBeGreaterThan(0);
});

/** Returns what an action that fails says. */
function errorOf(action: () => unknown): string {
  try {
    action();
    return "it did not fail";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The places of all numbers and booleans in a value. */
function* leaves(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value === "number" || typeof value === "boolean") yield path;
  else if (typeof value === "object" && value !== null)
    for (const [key, entry] of Object.entries(value)) yield* leaves(entry, [...path, key]);
}

function change(report: Report, path: readonly string[], by: number): void {
  let at = report as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const [last = ""] = path.slice(-1);
  const old = at[last];
  at[last] = typeof old === "boolean" ? !old : Number(old) + by;
}

test("a part is rejected if any single count differs by one", () => {
  const name = "compared.json";
  const { summary, stacks, failed, inventory } = read(name);
  const paths = [...leaves({ summary, stacks, failed, inventory: { counts: inventory.counts } }, [])];
  // What a baseline had and is gone is in no list; accounts are not listed.
  const counted = paths.filter(
    (path) => !["summary.baseline.fixed", "inventory.counts.account"].includes(path.join(".")),
  );
  expect(counted.length).toBeGreaterThan(20);
  for (const path of counted)
    for (const by of [1, -1]) {
      const part = changed(name, (report) => change(report, path, by));
      const said = errorOf(() => merge(part));
      expect([path, by, said]).toEqual([path, by, expect.stringMatching(/changed\.json (contradicts itself|is no)/)]);
    }
});

test.each(["stacks", "findings", "knownFindings", "ignored", "coverage"] as const)(
  "a part that lost any one of its %s is rejected",
  (list) => {
    const name = list === "knownFindings" ? "compared.json" : "whole.json";
    for (let index = 0; index < read(name)[list].length; index += 1) {
      const part = changed(name, (report) => report[list].splice(index, 1));
      expect(() => merge(part)).toThrow("changed.json contradicts itself");
    }
  },
);

const finding = (report: Report, rule: string): Report["findings"][number] => {
  const found = report.findings.find((entry) => entry.rule === rule);
  if (!found) throw new Error(`the sample finds nothing by ${rule}`);
  return found;
};

test.each<[string, (report: Report) => unknown]>([
  [
    "a finding twice",
    ({ findings, summary }) => {
      const [first] = findings;
      if (first) findings.push(first);
      if (first) summary.findings[first.severity] += 1;
    },
  ],
  [
    "a finding that is ignored, too",
    ({ findings, ignored, summary }) => {
      const [first] = findings;
      if (first) ignored.push({ entry: 0, finding: first });
      summary.ignored += 1;
    },
  ],
  [
    "an error that is now a warning",
    (report) => {
      finding(report, "record-exists").severity = "warning";
      report.summary.findings.error -= 1;
      report.summary.findings.warning += 1;
    },
  ],
  ["a warning that is now an error", (report) => (finding(report, "attributes-match").severity = "error")],
  ["a finding of all stacks that is now an info", (report) => (finding(report, "inventory-covered").severity = "info")],
  ["rules that give another severity", (report) => (report.rules.severity["record-exists"] = "info")],
  ["an error that the rules leave undecided", (report) => (finding(report, "record-exists").undecided = true)],
  ["a finding in a stack that it does not have", (report) => (finding(report, "record-exists").stack = "net/other")],
  ["a finding in no stack", (report) => delete finding(report, "record-exists").stack],
  ["a stack of another name", ({ stacks }) => (stacks[0] ? (stacks[0].name = "net/other") : undefined)],
  [
    "a stack twice",
    ({ stacks, summary }) => {
      const [first] = stacks;
      if (first) stacks.push({ ...first, resources: 0, referencing: 0 });
      summary.stacks += 1;
    },
  ],
  [
    "more resources that refer than there are",
    ({ stacks }) => (stacks[0] ? (stacks[0].referencing = 1_000) : undefined),
  ],
  [
    "records that no resource refers to any more",
    ({ coverage, missingRecords, notInCoverage }) => {
      for (const record of [...coverage, ...missingRecords, ...notInCoverage]) record.resources = [];
    },
  ],
  [
    "resources that refer and are not counted",
    ({ coverage }) => coverage[0]?.resources.push(...Array.from({ length: 100 }, (_, index) => `urn:${index}`)),
  ],
  [
    "Pulumi's own drift of a stack that it was not asked of",
    (report) => {
      const [stack = ""] = report.stacks.map(({ name }) => name);
      report.refresh = { stacks: [], resources: [{ stack, urn: "u", type: "t", change: "deleted", properties: [] }] };
    },
  ],
  ["an ignore entry that it does not have", ({ ignored }) => (ignored[0] ? (ignored[0].entry = 7) : undefined)],
  [
    "an ignore entry that has expired",
    ({ ignoreEntries }) => (ignoreEntries[0] ? (ignoreEntries[0].expired = true) : undefined),
  ],
  [
    "an ignore entry that was not used",
    ({ ignoreEntries }) => (ignoreEntries[0] ? (ignoreEntries[0].used = 0) : undefined),
  ],
  ["nothing compared", (report) => (report.emptyReason = "no resource")],
  ["findings that are gone, without a baseline", ({ summary }) => (summary.baseline.fixed = 3)],
  ["a shard that there is not", (report) => (report.shard = { index: 3, count: 2 })],
  [
    "more stacks than were chosen",
    (report) => (report.shard = { index: 1, count: 1, selection: { count: 1, digest: "d" } }),
  ],
])("a part with %s is rejected", (_name, edit) => {
  const part = changed("whole.json", edit);
  expect(() => merge(part)).toThrowErrorMatchingSnapshot();
  expect(() => merge(part)).toThrow(
    /changed\.json contradicts itself: .*; create it again with orange-cmdb drift -o json=/,
  );
});

test("a part of another format version is rejected by name, in any order of the parts", () => {
  for (const version of [0, 2, 10]) {
    const part = changed("shard-1.json", (report) => Object.assign(report, { version, more: {} }));
    for (const names of [
      [part, "shard-2.json"],
      ["shard-2.json", part],
    ])
      expect(() => merge(...names)).toThrow(
        `changed.json has version ${version} of the report format, but only version 1 is supported: create it again`,
      );
  }
});

test("a stack in two parts is rejected with the names of both", () => {
  expect(() => merge("whole.json", "whole.json")).toThrowErrorMatchingInlineSnapshot(
    `"<tmp>/parts/whole.json and <tmp>/parts/whole.json both have the stack "net/prod": name each part once, and each stack in one part"`,
  );
  const copied = read("shard-1.json").stacks[0];
  const part = changed("shard-2.json", ({ stacks, summary }) => {
    if (copied) stacks.push({ ...copied, resources: 0, referencing: 0 });
    summary.stacks += 1;
  });
  expect(() => merge("shard-1.json", part)).toThrowErrorMatchingInlineSnapshot(
    `"<tmp>/parts/shard-1.json and <tmp>/parts/changed.json both have the stack "shop/dev": name each part once, and each stack in one part"`,
  );
});

test("a finding in two parts is rejected with the names of both", () => {
  const [first] = read("shard-1.json").findings;
  const part = changed("shard-2.json", ({ findings, stacks, summary }) => {
    if (!first) return;
    findings.push({ ...first, stack: stacks[0]?.name });
    summary.findings[first.severity] += 1;
  });
  expect(() => merge("shard-1.json", part)).toThrowErrorMatchingInlineSnapshot(
    `"<tmp>/parts/shard-1.json and <tmp>/parts/changed.json both have the finding 846398c5a72c6013248630d3a2b1eeae, in different stacks: create both again with orange-cmdb drift -o json"`,
  );
});

test("parts without all selected stacks are rejected with the number of stacks in each", async () => {
  const gone = changed("shard-2.json", (report) => {
    const none = read("shard-2.json");
    Object.assign(report, {
      ...none,
      stacks: [],
      findings: [],
      ignored: [],
      missingRecords: [],
      notInCoverage: [],
      undecidedResources: [],
    });
    for (const entry of report.ignoreEntries) entry.used = 0;
    for (const record of report.coverage) record.resources = [];
    const counts = { stacks: 0, resources: 0, referencing: 0, covered: 0, ignored: 0 };
    const records = report.coverage.length;
    Object.assign(report.summary, counts, { uncovered: records, findings: { error: 0, warning: 0, info: 0 } });
    Object.assign(report, { failed: false, emptyReason: "Nothing was compared: there are no deployed resources" });
  });
  expect(() => merge("shard-1.json", gone)).toThrowErrorMatchingInlineSnapshot(
    `"the 2 parts have 1 stacks, but 4 were selected (<tmp>/parts/shard-1.json: 1, <tmp>/parts/changed.json: 0): create all parts again in one run"`,
  );
  const { code, out, err } = await scene.cli(["drift", "merge", join(folder, "shard-1.json"), gone, "-o", "json"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.trim().split("\n")).toEqual([expect.stringContaining("4 were selected")]);
});
