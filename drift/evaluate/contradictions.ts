import { rules as allRules } from "../../policy/rules/index.js";
import { severityOf } from "../../policy/rules/core/evaluate.js";
import { kinds } from "../../provider/model/records.js";
import { DriftError } from "../common/errors.js";
import { count, fails } from "./assemble.js";
import { emptyComparisonReason } from "../report/empty-comparison.js";
import type { Report, ReportFinding } from "../report/schema.js";

/** A report and its name in messages. */
export interface NamedReport {
  readonly path: string;
  readonly report: Report;
}

/** Two numbers of a report that must be equal. */
type Agreement = readonly [what: string, stated: unknown, found: unknown];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Returns all findings of a report: new, known and ignored. */
export function everyFinding({ findings, knownFindings, ignored }: Report): ReportFinding[] {
  return [...findings, ...knownFindings, ...ignored.map(({ finding }) => finding)];
}

/** Returns the resources that refer to records, each once. */
function referringIn({ coverage, missingRecords, notInCoverage }: Report): Set<string> {
  return new Set([...coverage, ...missingRecords, ...notInCoverage].flatMap(({ resources }) => resources));
}

/** Returns numbers that the summary, the stacks and the lists must agree on. */
function agreements(report: Report): Agreement[] {
  const { summary, stacks, inventory, coverage, findings, ignored, knownFindings, refresh, failOn, baseline } = report;
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
    ["summary.baseline.known", summary.baseline.known, knownFindings.length],
    ...(baseline
      ? []
      : ([
          ["without a baseline, summary.baseline.known", summary.baseline.known, 0],
          ["without a baseline, summary.baseline.fixed", summary.baseline.fixed, 0],
        ] as const)),
    ["failed", report.failed, fails(counts, refresh?.resources.length ?? 0, failOn)],
    ["emptyReason", report.emptyReason, emptyComparisonReason(summary)],
  ];
}

const show = (value: unknown): string => (value === undefined ? "absent" : JSON.stringify(value));

/** Returns the first two numbers that differ. */
function inNumbers(report: Report): string | undefined {
  const different = agreements(report).find(([, stated, found]) => stated !== found);
  if (different === undefined) return undefined;
  const [what, stated, found] = different;
  return `${what} is ${show(stated)}, but its lists give ${show(found)}`;
}

function inStacks(report: Report): string | undefined {
  const { stacks, summary, refresh, shard } = report;
  const names = new Set(stacks.map(({ name }) => name));
  if (names.size < stacks.length) {
    const twice = stacks.find(({ name }, index) => stacks.findIndex((other) => other.name === name) < index);
    return `the stack ${show(twice?.name)} occurs twice`;
  }
  const small = stacks.find(({ resources, referencing }) => referencing > resources);
  if (small)
    return `the stack ${show(small.name)} has ${small.resources} resources, but ${small.referencing} that refer to a record`;
  const referring = referringIn(report).size;
  // A resource that a state names twice counts twice in the stack.
  if (referring > summary.referencing || (referring === 0 && summary.referencing > 0))
    return `summary.referencing is ${summary.referencing}, but ${referring} resources refer to its records`;
  const asked = new Set(refresh?.stacks);
  const unknownStack =
    refresh?.stacks.find((name) => !names.has(name)) ??
    refresh?.resources.find(({ stack }) => !asked.has(stack))?.stack ??
    everyFinding(report).find(({ rule, stack }) => isOfResource(rule) && !names.has(stack ?? ""))?.stack;
  if (unknownStack !== undefined) return `the stack ${show(unknownStack)} is not in its list of stacks`;
  if (shard === undefined) return undefined;
  if (shard.index < 1 || shard.index > shard.count) return `it is shard ${shard.index} of ${shard.count}`;
  const { selection } = shard;
  return selection && stacks.length > selection.count
    ? `it has ${stacks.length} stacks, but ${selection.count} were selected`
    : undefined;
}

/** Rules about one resource; their findings belong to its stack. */
const scopes = new Map<string, string>(allRules.map(({ name, scope }) => [name, scope]));

/** Returns whether the rule checks single resources instead of all stacks together. */
export function isOfResource(rule: string): boolean {
  return scopes.get(rule) === "resource";
}

function inFindings(report: Report): string | undefined {
  const seen = new Set<string>();
  for (const finding of everyFinding(report)) {
    const { fingerprint, rule, severity } = finding;
    if (seen.has(fingerprint)) return `the fingerprint ${fingerprint} occurs twice`;
    seen.add(fingerprint);
    const expected = severityIn(finding, report);
    if (severity !== expected)
      return `the finding ${fingerprint} of ${rule} is ${show(severity)}, but its rules make it ${show(expected)}`;
    if (isOfResource(rule) && finding.stack === undefined) return `the finding ${fingerprint} of ${rule} has no stack`;
  }
  return undefined;
}

/** Returns the severity by the report's own rules. */
function severityIn({ rule, undecided }: ReportFinding, { rules }: Report): ReportFinding["severity"] {
  if (undecided) return "info";
  const found = allRules.find(({ name }) => name === rule);
  return found ? severityOf(found, rules) : "warning";
}

function inIgnored({ ignored, ignoreEntries }: Report): string | undefined {
  for (const { entry, finding } of ignored) {
    const by = ignoreEntries[entry];
    if (by === undefined)
      return `the finding ${finding.fingerprint} is ignored by entry ${entry}, which does not exist`;
    if (by.expired) return `the finding ${finding.fingerprint} is ignored by entry ${entry}, which has expired`;
  }
  const counts = Map.groupBy(ignored, ({ entry }) => entry);
  // A finding about several resources can need several entries; it has the index of the first.
  const wrong = ignoreEntries.findIndex(({ used }, index) => used < (counts.get(index)?.length ?? 0));
  return wrong < 0
    ? undefined
    : `ignore entry ${wrong} was used ${ignoreEntries[wrong]?.used} times, but ignores ${counts.get(wrong)?.length} findings`;
}

/** Checks that the numbers, stacks and findings of a report agree: an edited report can be wrong. @throws DriftError */
export function mustAgreeWithItself({ path, report }: NamedReport): void {
  const why = inStacks(report) ?? inFindings(report) ?? inIgnored(report) ?? inNumbers(report);
  if (why !== undefined)
    throw new DriftError(`${path} contradicts itself: ${why}; create it again with orange-cmdb drift -o json=${path}`);
}

/** Returns the first text that occurs in two reports, with the reports. */
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

/** Checks that no stack or finding occurs in two reports, and that they have all selected stacks. @throws DriftError */
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
      `${found.first} and ${found.second} both have the finding ${found.text}, in different stacks: create both again with orange-cmdb drift -o json`,
    );
  const chosen = reports[0]?.report.shard?.selection?.count;
  const stacks = sum(reports.map(({ report }) => report.stacks.length));
  if (chosen !== undefined && stacks !== chosen)
    throw new DriftError(
      `the ${reports.length} parts have ${stacks} stacks, but ${chosen} were selected (${reports.map(({ path, report }) => `${path}: ${report.stacks.length}`).join(", ")}): create all parts again in one run`,
    );
}
