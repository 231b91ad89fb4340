import { isDeepStrictEqual } from "node:util";
import type { Ignore } from "../ignore/ignore-file.js";
import { DriftError } from "../common/errors.js";
import { assemble, type Parts, type ReportOptions } from "./assemble.js";
import { referencesOf } from "./reference-index.js";
import {
  everyFinding,
  isOfResource,
  mustAgreeTogether,
  mustAgreeWithItself,
  type NamedReport,
} from "./contradictions.js";
import type { Report } from "../report/schema.js";

/** Returns whether a finding is about one resource. Findings about all stacks are evaluated again. */
function ofResources(report: Report): Parts["findings"] {
  return everyFinding(report)
    .filter(({ rule }) => isOfResource(rule))
    .map(({ site: _site, ...finding }) => finding);
}

/**
 * Merges reports: parts of one run with `--shard`, or runs over different stacks.
 * @throws DriftError if they do not belong together, one is missing, or they contradict themselves or each other
 */
export function mergeReports(
  reports: readonly NamedReport[],
  options: Omit<ReportOptions, "now" | "ignore" | "generator" | "failOn"> & Partial<ReportOptions>,
): Report {
  const [first] = reports;
  if (!first) throw new DriftError("no report to merge: name at least one");
  for (const report of reports) mustAgreeWithItself(report);
  for (const other of reports) mustBelongTogether(first, other);
  mustBeComplete(reports);
  mustAgreeTogether(reports);
  const all = reports.map(({ report }) => report);
  const newest = all.reduce((a, b) => (a.generatedAt > b.generatedAt ? a : b));
  const ignore = ignoresOf(newest);
  const sourceFile = all.map((report) => report.sourceFile).find((file) => file !== undefined);
  const merged = assemble(partsOf(all, first.report), {
    generator: newest.generator,
    failOn: failOnOf(all),
    now: new Date(newest.generatedAt),
    ignore,
    // A single report keeps its baseline and trend.
    ...(reports.length === 1 ? shownWith(first.report) : {}),
    ...options,
  });
  return sourceFile === undefined ? merged : { ...merged, sourceFile };
}

const strictness = ["never", "error", "warning", "info"] as const;

/**
 * Returns the strictest --fail-on of the parts. Shards usually run with `never`, so that the merge decides: then the default is
 * `error`, or every run would pass.
 */
function failOnOf(reports: readonly Report[]): Report["failOn"] {
  const strictest = strictness.findLast((level) => reports.some(({ failOn }) => failOn === level)) ?? "error";
  const [only] = reports;
  const isWhole = reports.length === 1 && only?.shard === undefined;
  return strictest === "never" && !isWhole ? "error" : strictest;
}

/** Returns the baseline and trend of a report. */
function shownWith(report: Report): Partial<ReportOptions> {
  const { baseline, trend, knownFindings } = report;
  return {
    ...(trend ? { trend } : {}),
    ...(baseline
      ? { baseline: { ...report, ...baseline, findings: knownFindings, knownFindings: [], ignored: [] } }
      : {}),
  };
}

function partsOf(all: readonly Report[], { inventory, rules, coverage }: Report): Parts {
  const changes = all.flatMap((report) => (report.changes ? [report.changes] : []));
  const refreshed = all.flatMap(({ refresh }) => (refresh ? [refresh] : []));
  return {
    stacks: all.flatMap(({ stacks }) => stacks),
    claims: all.flatMap(referencesOf),
    findings: all.flatMap(ofResources),
    // Stale if any part is stale.
    inventory: all.map(({ inventory: read }) => read).find(({ staleReason }) => staleReason !== undefined) ?? inventory,
    records: coverage.map(({ resources: _resources, ...record }) => record),
    rules,
    ruleSources: [...new Set(all.flatMap(({ ruleSources }) => ruleSources))],
    notInCoverage: all.flatMap(({ notInCoverage }) => notInCoverage),
    notes: notesOf(all),
    ...(changes[0]
      ? {
          changes: {
            ...changes[0],
            notComparable: changes.flatMap(({ notComparable }) => notComparable),
            records: changedOnce(changes),
          },
        }
      : {}),
    ...(refreshed.length === 0
      ? {}
      : {
          refresh: {
            stacks: refreshed.flatMap(({ stacks }) => stacks),
            resources: refreshed.flatMap(({ resources }) => resources),
          },
        }),
  };
}

/** Returns the notes of all parts. A note about an unused entry holds only if every part has it. */
function notesOf(all: readonly Report[]): Report["notes"] {
  const notes = new Map<string, Report["notes"][number]>();
  for (const note of all.flatMap((report) => report.notes))
    if (notes.get(note.message)?.nearest === undefined) notes.set(note.message, note);
  const isOfAll = (message: string): boolean => all.every((report) => report.notes.some((n) => n.message === message));
  return [...notes.values()].filter(({ about, message }) => about !== "rules-entry" || isOfAll(message));
}

/** Returns changed records without duplicates, in the order of the history. */
function changedOnce(all: readonly NonNullable<Report["changes"]>[]): NonNullable<Parts["changes"]>["records"] {
  const byRecord = new Map(
    all.flatMap(({ records }) => records).map((entry) => [`${entry.kind}/${entry.recordId}`, entry]),
  );
  return [...byRecord.values()];
}

function mustBelongTogether(first: NamedReport, other: NamedReport): void {
  const differ = (what: string, how: string): never => {
    throw new DriftError(`${first.path} and ${other.path} cannot be merged: ${what} differs; ${how}`);
  };
  const [a, b] = [first.report, other.report];
  if (!isDeepStrictEqual(a.rules, b.rules)) differ("the rules file", "create both with the same rules");
  // The reason of a stale inventory can differ for the same mirror.
  const read = ({ inventory }: Report): object => ({ ...inventory, staleReason: undefined });
  if (!isDeepStrictEqual(read(a), read(b)) || !isDeepStrictEqual(namesOf(a), namesOf(b)))
    differ("the inventory", "use the same inventory file for every part");
  if (!isDeepStrictEqual(ignoresOf(a), ignoresOf(b))) differ("the ignore file", "use the same one for every part");
  if (a.changes?.from.number !== b.changes?.from.number) differ("--since", "use the same value for every part");
  if (a.shard && (a.refresh === undefined) !== (b.refresh === undefined))
    differ("--refresh", "use it for every part of a run, or for none");
  if (a.shard?.count !== b.shard?.count) differ("the number of shards", "merge the parts of one run");
  if (!isDeepStrictEqual(a.shard?.selection, b.shard?.selection))
    differ("the selection of stacks", "use the same --state, --stack, --include and --exclude for every part");
}

function ignoresOf({ ignoreEntries }: Report): Ignore[] {
  return ignoreEntries
    .filter(({ from }) => from === undefined)
    .map(({ used: _used, expired: _expired, from: _from, ...entry }): Ignore => entry);
}

function namesOf({ coverage }: Report): string[] {
  return coverage.map(({ kind, recordId }) => `${kind}/${recordId}`);
}

function mustBeComplete(reports: readonly NamedReport[]): void {
  const count = reports[0]?.report.shard?.count;
  if (count === undefined) return;
  for (let index = 1; index <= count; index += 1) {
    const found = reports.filter(({ report }) => report.shard?.index === index).length;
    if (found === 0) throw new DriftError(`shard ${index} of ${count} is missing: name the reports of all shards`);
    if (found > 1) throw new DriftError(`shard ${index} of ${count} occurs ${found} times: name each report once`);
  }
}
