import { rules as allRules } from "../../policy/rules/index.js";
import { severityOf } from "../../policy/rules/judge.js";
import { kinds } from "../../provider/inventory/records.js";
import { DriftError } from "../errors.js";
import { count, fails } from "./assemble.js";
import { nothingCompared } from "./compared.js";
import type { Report, ReportFinding } from "./schema.js";

/** A report, and what messages call it. */
export interface NamedReport {
  readonly path: string;
  readonly report: Report;
}

/** What a report says in two places: both must be the same. */
type Agreement = readonly [what: string, said: unknown, found: unknown];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Returns all findings of a report, whatever became of them. */
export function everyFinding({ findings, known, ignored }: Report): ReportFinding[] {
  return [...findings, ...known, ...ignored.map(({ finding }) => finding)];
}

/** Returns the resources that refer to records, each once. */
function referringIn({ coverage, unresolved, uncounted }: Report): Set<string> {
  return new Set([...coverage, ...unresolved, ...uncounted].flatMap(({ resources }) => resources));
}

/** Returns what the summary, the stacks and the lists say of the same. */
function agreements(report: Report): Agreement[] {
  const { summary, stacks, inventory, coverage, findings, ignored, known, refresh, failOn, baseline } = report;
  const counts = count(findings);
  const covered = coverage.filter(({ resources }) => resources.length > 0).length;
  return [
    ["summary.stacks", summary.stacks, stacks.length],
    ["summary.resources", summary.resources, sum(stacks.map(({ resources }) => resources))],
    ["summary.referencing", summary.referencing, sum(stacks.map(({ referencing }) => referencing))],
    ["summary.records", summary.records, coverage.length],
    ["summary.covered", summary.covered, covered],
    ["summary.uncovered", summary.uncovered, coverage.length - covered],
    ...kinds.flatMap((kind): Agreement[] => {
      const records = coverage.filter((record) => record.kind === kind).length;
      // Accounts are in the coverage only if the rules want them covered.
      return records === 0 ? [] : [[`inventory.counts.${kind}`, inventory.counts[kind], records]];
    }),
    ["summary.findings.error", summary.findings.error, counts.error],
    ["summary.findings.warning", summary.findings.warning, counts.warning],
    ["summary.findings.info", summary.findings.info, counts.info],
    ["summary.ignored", summary.ignored, ignored.length],
    ["summary.known", summary.known, known.length],
    ...(baseline
      ? []
      : ([
          ["without a baseline, summary.known", summary.known, 0],
          ["without a baseline, summary.fixed", summary.fixed, 0],
        ] as const)),
    ["failed", report.failed, fails(counts, refresh?.resources.length ?? 0, failOn)],
    ["notCompared", report.notCompared, nothingCompared(summary)],
  ];
}

const show = (value: unknown): string => (value === undefined ? "absent" : JSON.stringify(value));

/** Returns the first two numbers that differ. */
function inNumbers(report: Report): string | undefined {
  const different = agreements(report).find(([, said, found]) => said !== found);
  if (different === undefined) return undefined;
  const [what, said, found] = different;
  return `${what} is ${show(said)}, and its lists give ${show(found)}`;
}

function inStacks(report: Report): string | undefined {
  const { stacks, summary, refresh, shard } = report;
  const names = new Set(stacks.map(({ name }) => name));
  if (names.size < stacks.length) {
    const twice = stacks.find(({ name }, index) => stacks.findIndex((other) => other.name === name) < index);
    return `the stack ${show(twice?.name)} is in it twice`;
  }
  const small = stacks.find(({ resources, referencing }) => referencing > resources);
  if (small)
    return `the stack ${show(small.name)} has ${small.resources} resources, and ${small.referencing} that refer to a record`;
  const referring = referringIn(report).size;
  // A resource that a state names twice counts twice in the stack.
  if (referring > summary.referencing || (referring === 0 && summary.referencing > 0))
    return `summary.referencing is ${summary.referencing}, and ${referring} resources refer to the records in it`;
  const asked = new Set(refresh?.stacks);
  const strange =
    refresh?.stacks.find((name) => !names.has(name)) ??
    refresh?.resources.find(({ stack }) => !asked.has(stack))?.stack ??
    everyFinding(report).find(({ rule, stack }) => isOfResource(rule) && !names.has(stack ?? ""))?.stack;
  if (strange !== undefined) return `it reports on the stack ${show(strange)}, which is not in its list of stacks`;
  if (shard === undefined) return undefined;
  if (shard.index < 1 || shard.index > shard.count) return `it is shard ${shard.index} of ${shard.count}`;
  const { selection } = shard;
  return selection && stacks.length > selection.count
    ? `it has ${stacks.length} stacks, of ${selection.count} that were chosen`
    : undefined;
}

/** Findings of these rules are found in one resource, and belong to its stack. */
const scopes = new Map<string, string>(allRules.map(({ name, scope }) => [name, scope]));

/** Returns whether findings of the rule are found in one resource, and not in all stacks together. */
export function isOfResource(rule: string): boolean {
  return scopes.get(rule) === "resource";
}

function inFindings(report: Report): string | undefined {
  const seen = new Set<string>();
  for (const finding of everyFinding(report)) {
    const { fingerprint, rule, severity } = finding;
    if (seen.has(fingerprint)) return `the fingerprint ${fingerprint} is in it twice`;
    seen.add(fingerprint);
    const expected = severityIn(finding, report);
    if (severity !== expected)
      return `the finding ${fingerprint} of ${rule} is ${show(severity)}, and its rules make it ${show(expected)}`;
    if (isOfResource(rule) && finding.stack === undefined) return `the finding ${fingerprint} of ${rule} has no stack`;
  }
  return undefined;
}

/** Returns the severity that the report's own rules give. */
function severityIn({ rule, decidedAtUpdate }: ReportFinding, { rules }: Report): ReportFinding["severity"] {
  if (decidedAtUpdate) return "info";
  const found = allRules.find(({ name }) => name === rule);
  return found ? severityOf(found, rules) : "warning";
}

function inIgnored({ ignored, ignoreEntries }: Report): string | undefined {
  for (const { entry, finding } of ignored) {
    const by = ignoreEntries[entry];
    if (by === undefined) return `the finding ${finding.fingerprint} is ignored by entry ${entry}, which is not in it`;
    if (by.expired) return `the finding ${finding.fingerprint} is ignored by entry ${entry}, which has expired`;
  }
  const counts = Map.groupBy(ignored, ({ entry }) => entry);
  // A finding about several resources can need several entries, and names the first.
  const wrong = ignoreEntries.findIndex(({ used }, index) => used < (counts.get(index)?.length ?? 0));
  return wrong < 0
    ? undefined
    : `ignore entry ${wrong} was used ${ignoreEntries[wrong]?.used} times, and ignores ${counts.get(wrong)?.length} findings`;
}

/** Checks that the numbers, stacks and findings of a report agree: an edited report can be wrong. @throws DriftError */
export function mustAgreeWithItself({ path, report }: NamedReport): void {
  const why = inStacks(report) ?? inFindings(report) ?? inIgnored(report) ?? inNumbers(report);
  if (why !== undefined)
    throw new DriftError(`${path} contradicts itself: ${why}; make it again with orange-cmdb drift -o json=${path}`);
}

/** Returns the first text that several reports have, with the reports. */
function inTwo(
  reports: readonly NamedReport[],
  textsOf: (report: Report) => Iterable<string>,
): { text: string; first: string; second: string } | undefined {
  const paths = new Map<string, string>();
  for (const { path, report } of reports)
    for (const text of textsOf(report)) {
      const first = paths.get(text);
      if (first !== undefined) return { text, first, second: path };
      paths.set(text, path);
    }
  return undefined;
}

/** Checks that no two reports report the same, and that together they have all stacks that were chosen. @throws DriftError */
export function mustAgreeTogether(reports: readonly NamedReport[]): void {
  const stack = inTwo(reports, ({ stacks }) => stacks.map(({ name }) => name));
  if (stack)
    throw new DriftError(
      `${stack.first} and ${stack.second} both have the stack ${show(stack.text)}: name each part once, and each stack in one part`,
    );
  const found = inTwo(reports, (report) =>
    everyFinding(report).flatMap(({ rule, fingerprint }) => (isOfResource(rule) ? [fingerprint] : [])),
  );
  if (found)
    throw new DriftError(
      `${found.first} and ${found.second} both have the finding ${found.text}, in different stacks: make both again with orange-cmdb drift -o json`,
    );
  const chosen = reports[0]?.report.shard?.selection?.count;
  const stacks = sum(reports.map(({ report }) => report.stacks.length));
  if (chosen !== undefined && stacks !== chosen)
    throw new DriftError(
      `the ${reports.length} parts have ${stacks} stacks together, and ${chosen} were chosen (${reports.map(({ path, report }) => `${path}: ${report.stacks.length}`).join(", ")}): make all parts again, of one run`,
    );
}
