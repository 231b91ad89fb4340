import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readReport } from "../../drift/report/read";
import { mergeReports } from "../../drift/report/merge";
import type { Report } from "../../drift/report/schema";
import type { Scene } from "../helpers/mirror";
import { changedScene, writeSample } from "../drift/helpers/sample";

let scene: Scene;
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

test("parts that nobody changed are merged, alone and together", () => {
  const both = merge("shard-1.json", "shard-2.json");
  expect(both.findings).toEqual(merge("whole.json").findings);
  expect(merge("compared.json").summary).toEqual(read("compared.json").summary);
  // The tests below change something that is there.
  const [first, second] = [read("shard-1.json"), read("shard-2.json")];
  expect(Math.min(first.stacks.length, second.stacks.length, first.findings.length)).toBeGreaterThan(0);
  expect(Math.min(both.ignored.length, read("compared.json").known.length)).toBeGreaterThan(0);
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

test("a part in which any single count differs by one is refused", () => {
  const name = "compared.json";
  const { summary, stacks, failed, inventory } = read(name);
  const paths = [...leaves({ summary, stacks, failed, inventory: { counts: inventory.counts } }, [])];
  // What a baseline had and is gone is in no list; accounts are not listed.
  const counted = paths.filter((path) => !["summary.fixed", "inventory.counts.account"].includes(path.join(".")));
  expect(counted.length).toBeGreaterThan(20);
  for (const path of counted)
    for (const by of [1, -1]) {
      const part = changed(name, (report) => change(report, path, by));
      const said = errorOf(() => merge(part));
      expect([path, by, said]).toEqual([path, by, expect.stringMatching(/changed\.json (contradicts itself|is no)/)]);
    }
});

test.each(["stacks", "findings", "known", "ignored", "coverage"] as const)(
  "a part that lost any one of its %s is refused",
  (list) => {
    const name = list === "known" ? "compared.json" : "whole.json";
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

test.each<[string, (report: Report) => unknown, RegExp]>([
  [
    "a finding twice",
    ({ findings, summary }) => {
      const [first] = findings;
      if (first) findings.push(first);
      if (first) summary.findings[first.severity] += 1;
    },
    /the fingerprint [0-9a-f]{32} is in it twice/,
  ],
  [
    "a finding that is ignored, too",
    ({ findings, ignored, summary }) => {
      const [first] = findings;
      if (first) ignored.push({ entry: 0, finding: first });
      summary.ignored += 1;
    },
    /the fingerprint [0-9a-f]{32} is in it twice/,
  ],
  [
    "an error that is now a warning",
    (report) => {
      finding(report, "record-exists").severity = "warning";
      report.summary.findings.error -= 1;
      report.summary.findings.warning += 1;
    },
    /of record-exists is "warning", and its rules make it "error"/,
  ],
  [
    "a warning that is now an error",
    (report) => (finding(report, "attributes-match").severity = "error"),
    /of attributes-match is "error", and its rules make it "warning"/,
  ],
  [
    "a finding of all stacks that is now an info",
    (report) => (finding(report, "inventory-covered").severity = "info"),
    /of inventory-covered is "info", and its rules make it "warning"/,
  ],
  [
    "rules that give another severity",
    (report) => (report.rules.severity["record-exists"] = "info"),
    /of record-exists is "error", and its rules make it "info"/,
  ],
  [
    "an error that the rules leave undecided",
    (report) => (finding(report, "record-exists").decidedAtUpdate = true),
    /of record-exists is "error", and its rules make it "info"/,
  ],
  [
    "a finding in a stack that it does not have",
    (report) => (finding(report, "record-exists").stack = "net/other"),
    /the stack "net\/other", which is not in its list of stacks/,
  ],
  [
    "a finding in no stack",
    (report) => delete finding(report, "record-exists").stack,
    /the finding [0-9a-f]{32} of record-exists has no stack/,
  ],
  [
    "a stack of another name",
    ({ stacks }) => (stacks[0] ? (stacks[0].name = "net/other") : undefined),
    /which is not in its list of stacks/,
  ],
  [
    "a stack twice",
    ({ stacks, summary }) => {
      const [first] = stacks;
      if (first) stacks.push({ ...first, resources: 0, referencing: 0 });
      summary.stacks += 1;
    },
    /the stack "net\/prod" is in it twice/,
  ],
  [
    "more resources that refer than there are",
    ({ stacks }) => (stacks[0] ? (stacks[0].referencing = 1_000) : undefined),
    /has \d+ resources, and 1000 that refer to a record/,
  ],
  [
    "records that no resource refers to any more",
    ({ coverage, unresolved, uncounted }) => {
      for (const record of [...coverage, ...unresolved, ...uncounted]) record.resources = [];
    },
    /summary.referencing is \d+, and 0 resources refer to the records in it/,
  ],
  [
    "resources that refer and are not counted",
    ({ coverage }) => coverage[0]?.resources.push(...Array.from({ length: 100 }, (_, index) => `urn:${index}`)),
    /summary.referencing is \d+, and \d+ resources refer to the records in it/,
  ],
  [
    "Pulumi's own drift of a stack that it was not asked of",
    (report) => {
      const [stack = ""] = report.stacks.map(({ name }) => name);
      report.refresh = { stacks: [], resources: [{ stack, urn: "u", type: "t", change: "deleted", properties: [] }] };
    },
    /the stack "net\/prod", which is not in its list of stacks/,
  ],
  [
    "an ignore entry that it does not have",
    ({ ignored }) => (ignored[0] ? (ignored[0].entry = 7) : undefined),
    /is ignored by entry 7, which is not in it/,
  ],
  [
    "an ignore entry that has expired",
    ({ ignoreEntries }) => (ignoreEntries[0] ? (ignoreEntries[0].expired = true) : undefined),
    /is ignored by entry 0, which has expired/,
  ],
  [
    "an ignore entry that was not used",
    ({ ignoreEntries }) => (ignoreEntries[0] ? (ignoreEntries[0].used = 0) : undefined),
    /ignore entry 0 was used 0 times, and ignores \d+ findings/,
  ],
  ["nothing compared", (report) => (report.notCompared = "no resource"), /notCompared is "no resource"/],
  ["findings that are gone, without a baseline", ({ summary }) => (summary.fixed = 3), /summary.fixed is 3/],
  ["a shard that there is not", (report) => (report.shard = { index: 3, count: 2 }), /it is shard 3 of 2/],
  [
    "more stacks than were chosen",
    (report) => (report.shard = { index: 1, count: 1, selection: { count: 1, digest: "d" } }),
    /it has 4 stacks, of 1 that were chosen/,
  ],
])("a part with %s is refused", (_name, edit, said) => {
  const part = changed("whole.json", edit);
  expect(() => merge(part)).toThrow(said);
  expect(() => merge(part)).toThrow(
    /changed\.json contradicts itself: .*; make it again with orange-cmdb drift -o json=/,
  );
});

test("a part of another version of the format is refused by name, whichever comes first", () => {
  for (const version of [0, 2, 10]) {
    const part = changed("shard-1.json", (report) => Object.assign(report, { version, more: {} }));
    for (const names of [
      [part, "shard-2.json"],
      ["shard-2.json", part],
    ])
      expect(() => merge(...names)).toThrow(
        `changed.json is of version ${version} of the report format, and only 1 is known: make it again`,
      );
  }
});

test("a stack in two parts is refused, with the names of both", () => {
  expect(() => merge("whole.json", "whole.json")).toThrow(
    /whole\.json and .*whole\.json both have the stack "net\/prod"/,
  );
  const copied = read("shard-1.json").stacks[0];
  const part = changed("shard-2.json", ({ stacks, summary }) => {
    if (copied) stacks.push({ ...copied, resources: 0, referencing: 0 });
    summary.stacks += 1;
  });
  expect(() => merge("shard-1.json", part)).toThrow(/shard-1\.json and .*changed\.json both have the stack/);
});

test("a finding in two parts is refused, with the names of both", () => {
  const [first] = read("shard-1.json").findings;
  const part = changed("shard-2.json", ({ findings, stacks, summary }) => {
    if (!first) return;
    findings.push({ ...first, stack: stacks[0]?.name });
    summary.findings[first.severity] += 1;
  });
  expect(() => merge("shard-1.json", part)).toThrow(
    new RegExp(`shard-1\\.json and .*changed\\.json both have the finding ${first?.fingerprint}`),
  );
});

test("parts that have not all stacks that were chosen are refused, with the number of each", async () => {
  const gone = changed("shard-2.json", (report) => {
    const none = read("shard-2.json");
    Object.assign(report, { ...none, stacks: [], findings: [], ignored: [], unresolved: [], uncounted: [], open: [] });
    for (const entry of report.ignoreEntries) entry.used = 0;
    for (const record of report.coverage) record.resources = [];
    const counts = { stacks: 0, resources: 0, referencing: 0, covered: 0, ignored: 0 };
    const records = report.coverage.length;
    Object.assign(report.summary, counts, { uncovered: records, findings: { error: 0, warning: 0, info: 0 } });
    Object.assign(report, { failed: false, notCompared: "Nothing was compared: there are no deployed resources" });
  });
  expect(() => merge("shard-1.json", gone)).toThrow(
    /the 2 parts have \d stacks together, and 4 were chosen \(.*shard-1\.json: \d, .*changed\.json: 0\)/,
  );
  const { code, out, err } = await scene.cli(["drift", "merge", join(folder, "shard-1.json"), gone, "-o", "json"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.trim().split("\n")).toEqual([expect.stringContaining("4 were chosen")]);
});
