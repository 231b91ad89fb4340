import { isDeepStrictEqual } from "node:util";
import type { Ignore } from "../ignore-file.js";
import { DriftError } from "../errors.js";
import { assemble, type Parts, type ReportOptions } from "./assemble.js";
import { claimsOf } from "./claims.js";
import {
  everyFinding,
  isOfResource,
  mustAgreeTogether,
  mustAgreeWithItself,
  type NamedReport,
} from "./contradictions.js";
import type { Report, ReportFinding } from "./schema.js";

/** Found in one resource; what concerns all stacks is found anew. */
function ofResources(report: Report): Parts["findings"] {
  return everyFinding(report)
    .filter(({ rule }) => isOfResource(rule))
    .map(({ site: _site, ...finding }: ReportFinding) => finding as Parts["findings"][number]);
}

/**
 * One report of several: of the parts of one run, each made with `--shard`, or of runs over different stacks.
 * @throws DriftError if they do not belong together, one is missing, or they contradict themselves or each other
 */
export function mergeReports(
  reports: readonly NamedReport[],
  options: Omit<ReportOptions, "now" | "ignore" | "generator" | "failOn"> & Partial<ReportOptions>,
): Report {
  const [first] = reports;
  if (!first) throw new DriftError("there is no report to merge: name at least one");
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
    // Shown again by itself, a report keeps what it was shown with.
    ...(reports.length === 1 ? shownWith(first.report) : {}),
    ...options,
  });
  return sourceFile === undefined ? merged : { ...merged, sourceFile };
}

const strictness = ["never", "error", "warning", "info"] as const;

/**
 * What fails: as strict as the strictest of the parts. Parts of a run are made with `never`, so that the merge decides: it
 * must not let everything through because nobody has said what fails.
 */
function failOnOf(reports: readonly Report[]): Report["failOn"] {
  const strictest = strictness.findLast((level) => reports.some(({ failOn }) => failOn === level)) ?? "error";
  const [only] = reports;
  const isWhole = reports.length === 1 && only?.shard === undefined;
  return strictest === "never" && !isWhole ? "error" : strictest;
}

/** What a report knows from elsewhere: what is not new, and how it went before. */
function shownWith(report: Report): Partial<ReportOptions> {
  const { baseline, trend, known } = report;
  return {
    ...(trend ? { trend } : {}),
    ...(baseline ? { baseline: { ...report, ...baseline, findings: known, known: [], ignored: [] } } : {}),
  };
}

function partsOf(all: readonly Report[], { inventory, rules, coverage }: Report): Parts {
  const changes = all.flatMap((report) => (report.changes ? [report.changes] : []));
  const refreshed = all.flatMap(({ refresh }) => (refresh ? [refresh] : []));
  return {
    stacks: all.flatMap(({ stacks }) => stacks),
    claims: all.flatMap(claimsOf),
    findings: all.flatMap(ofResources),
    // That it is old is said where any of them says so.
    inventory: all.map(({ inventory: read }) => read).find(({ stale }) => stale !== undefined) ?? inventory,
    records: coverage.map(({ resources: _resources, ...record }) => record),
    rules,
    rulesFrom: [...new Set(all.flatMap(({ rulesFrom }) => rulesFrom))],
    uncounted: all.flatMap(({ uncounted }) => uncounted),
    notes: notesOf(all),
    ...(changes[0]
      ? {
          changes: {
            ...changes[0],
            uncompared: changes.flatMap(({ uncompared }) => uncompared),
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

/** What governs no resource of one part may govern one of another; all else is true of the whole. */
function notesOf(all: readonly Report[]): Report["notes"] {
  const notes = new Map<string, Report["notes"][number]>();
  for (const note of all.flatMap((report) => report.notes))
    if (notes.get(note.message)?.nearest === undefined) notes.set(note.message, note);
  const isOfAll = (message: string): boolean => all.every((report) => report.notes.some((n) => n.message === message));
  return [...notes.values()].filter(({ about, message }) => about !== "rules-entry" || isOfAll(message));
}

/** A record that several parts refer to is told once; in the order in which the history tells them. */
function changedOnce(all: readonly NonNullable<Report["changes"]>[]): NonNullable<Parts["changes"]>["records"] {
  const byRecord = new Map(
    all.flatMap(({ records }) => records).map((entry) => [`${entry.kind}/${entry.recordId}`, entry]),
  );
  return [...byRecord.values()];
}

function mustBelongTogether(first: NamedReport, other: NamedReport): void {
  const differ = (what: string, how: string): never => {
    throw new DriftError(`${first.path} and ${other.path} do not belong together: ${what} differs; ${how}`);
  };
  const [a, b] = [first.report, other.report];
  if (!isDeepStrictEqual(a.rules, b.rules)) differ("the rules file", "make both with the same rules");
  // Two may have missed the API for different reasons, and have read the same mirror.
  const read = ({ inventory }: Report): object => ({ ...inventory, stale: undefined });
  if (!isDeepStrictEqual(read(a), read(b)) || !isDeepStrictEqual(namesOf(a), namesOf(b)))
    differ("the inventory", "give every part the same inventory file");
  if (!isDeepStrictEqual(ignoresOf(a), ignoresOf(b))) differ("the ignore file", "give every part the same");
  if (a.changes?.from.number !== b.changes?.from.number) differ("--since", "give every part the same");
  if (a.shard && (a.refresh === undefined) !== (b.refresh === undefined))
    differ("--refresh", "give it to every part of a run, or to none");
  if (a.shard?.count !== b.shard?.count) differ("the number of shards", "merge the parts of one run");
  if (!isDeepStrictEqual(a.shard?.selection, b.shard?.selection))
    differ("which stacks were chosen", "give every part the same --state, --stack, --include and --exclude");
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
    if (found === 0) throw new DriftError(`shard ${index} of ${count} is missing: name the reports of all of them`);
    if (found > 1) throw new DriftError(`shard ${index} of ${count} is there ${found} times: name each once`);
  }
}
