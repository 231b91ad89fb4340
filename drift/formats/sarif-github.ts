import { gzipSync } from "node:zlib";
import type { Report } from "../report/schema.js";
import { counted } from "./text/text.js";
import { allShown, type ShownFinding } from "./text/refreshed.js";
import { resultOf, sarifOf } from "./sarif.js";

/** Maximum number of results of a run on GitHub [doc: SARIF support for code scanning, "Validating your SARIF file"]. */
const MAX_RESULTS = 25_000;

/** Maximum size of a gzip-compressed file on GitHub: 10 MB [doc: the same]. */
const MAX_BYTES = 10_000_000;

const ranks = { error: 0, warning: 1, info: 2 } as const;

interface Made {
  readonly text: string;
  /** Describes the results beyond GitHub's limits. */
  readonly leftOut: string | undefined;
}

const made = new WeakMap<Report, Made>();

/** Returns the file of a report, cached because the warning needs it too. */
function make(report: Report): Made {
  let known = made.get(report);
  if (!known) made.set(report, (known = withinLimits(report)));
  return known;
}

function withinLimits(report: Report): Made {
  const all = allShown(report).sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  let count = Math.min(all.length, MAX_RESULTS);
  for (;;) {
    const rest = all.slice(count);
    const leftOut = rest.length === 0 ? undefined : inWords(rest, all.length);
    const text = textOf(report, all.slice(0, count), rest, leftOut);
    const size = packedSize(text);
    if (size <= MAX_BYTES || count === 0) return { text, leftOut };
    count = Math.floor((count * 0.95 * MAX_BYTES) / size);
  }
}

function packedSize(text: string): number {
  const size = Buffer.byteLength(text);
  return size <= MAX_BYTES ? size : gzipSync(text).length;
}

function inWords(rest: readonly ShownFinding[], total: number): string {
  const of = (severity: ShownFinding["severity"]): number => rest.filter((entry) => entry.severity === severity).length;
  const which = `${counted(of("error"), "error")}, ${counted(of("warning"), "warning")}, ${of("info")} info`;
  return `sarif-github omits ${rest.length} of ${counted(total, "finding")} (${which}): GitHub accepts at most ${MAX_RESULTS} results and 10 MB compressed; use -o sarif for all findings`;
}

function textOf(
  report: Report,
  shown: readonly ShownFinding[],
  { length: limits }: readonly ShownFinding[],
  leftOut: string | undefined,
): string {
  const results = shown.map((finding) => resultOf(finding, report));
  const properties = { leftOut: { ignored: report.ignored.length, known: report.knownFindings.length, limits } };
  return sarifOf(report, results, { notes: leftOut === undefined ? [] : [leftOut], properties });
}

/**
 * Formats a report as SARIF for GitHub's code scanning, within GitHub's limits, the most severe findings first. Ignored findings
 * and those of the baseline are left out: GitHub shows suppressed results as open alerts.
 */
export function formatSarifGithub(report: Report): string {
  return make(report).text;
}

/** Returns a warning if GitHub's limits omit findings. */
export function leftOutOfGithub(report: Report): string[] {
  const { leftOut } = make(report);
  return leftOut === undefined ? [] : [leftOut];
}
