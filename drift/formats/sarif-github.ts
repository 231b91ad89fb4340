import { gzipSync } from "node:zlib";
import type { Report } from "../report/schema.js";
import { counted } from "./numbers.js";
import { allShown, type ShownFinding } from "./refreshed.js";
import { resultOf, sarifOf } from "./sarif.js";

/** Results of a run that GitHub takes [doc: SARIF support for code scanning, "Validating your SARIF file"]. */
const mostResults = 25_000;

/** Bytes of a file packed with gzip that GitHub takes: 10 MB [doc: the same]. */
const mostBytes = 10_000_000;

const ranks = { error: 0, warning: 1, info: 2 } as const;

interface Made {
  readonly text: string;
  /** What GitHub's limits leave out. */
  readonly leftOut: string | undefined;
}

const made = new WeakMap<Report, Made>();

/** Makes the file once for a report. */
function make(report: Report): Made {
  let known = made.get(report);
  if (!known) made.set(report, (known = withinLimits(report)));
  return known;
}

function withinLimits(report: Report): Made {
  const all = allShown(report).sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  let count = Math.min(all.length, mostResults);
  for (;;) {
    const rest = all.slice(count);
    const leftOut = rest.length === 0 ? undefined : inWords(rest, all.length);
    const text = textOf(report, all.slice(0, count), rest, leftOut);
    const size = packedSize(text);
    if (size <= mostBytes || count === 0) return { text, leftOut };
    count = Math.floor((count * 0.95 * mostBytes) / size);
  }
}

function packedSize(text: string): number {
  const size = Buffer.byteLength(text);
  return size <= mostBytes ? size : gzipSync(text).length;
}

function inWords(rest: readonly ShownFinding[], total: number): string {
  const of = (severity: ShownFinding["severity"]): number => rest.filter((entry) => entry.severity === severity).length;
  const which = `${counted(of("error"), "error")}, ${counted(of("warning"), "warning")}, ${of("info")} info`;
  return `sarif-github leaves out ${rest.length} of ${counted(total, "finding")} (${which}): GitHub takes at most ${mostResults} results and 10 MB packed; -o sarif has all of them`;
}

function textOf(
  report: Report,
  shown: readonly ShownFinding[],
  { length: limits }: readonly ShownFinding[],
  leftOut: string | undefined,
): string {
  const results = shown.map((finding) => resultOf(finding, report));
  const properties = { leftOut: { ignored: report.ignored.length, known: report.known.length, limits } };
  return sarifOf(report, results, { notes: leftOut === undefined ? [] : [leftOut], properties });
}

/**
 * Formats a report as SARIF for GitHub's code scanning, within GitHub's limits, the most severe findings first. Ignored findings
 * and those of the baseline are left out: GitHub shows suppressed results as open alerts.
 */
export function sarifGithub(report: Report): string {
  return make(report).text;
}

/** Returns what GitHub's limits leave out, to be said beside the file. */
export function leftOutOfGithub(report: Report): string[] {
  const { leftOut } = make(report);
  return leftOut === undefined ? [] : [leftOut];
}
