import { wrapAnsi } from "fast-wrap-ansi";
import { printable } from "../../provider/platform/printable.js";
import { emptyComparisonReason } from "../report/empty-comparison.js";
import type { Report, ReportFinding } from "../report/schema.js";
import {
  changesInWords,
  counted,
  effectInWords,
  findingsInWords,
  headline,
  percent,
  rulesInWords,
  verdict,
} from "./text/text.js";
import { notRefreshed } from "./text/limitations.js";
import { ruleTexts } from "./text/rule-texts.js";
import { paint, renderLines, type Line } from "./text/terminal.js";
import { visibleNotes } from "./text/visible-notes.js";
import type { FormatOptions } from "./text/format-options.js";

/** Maximum number of entries of each kind without --verbose. */
const MAX_RECORDS_NAMED = 5;

/** Formats a report for a terminal: coverage, then findings by severity and rule; short without --verbose. */
export function formatConsole(report: Report, view: FormatOptions): string {
  const parts = [top, findings, changes, refresh, ending];
  return renderLines(
    parts.flatMap((part) => part(report, view)),
    view.colours,
  );
}

/** Wraps a text to the width of the terminal. */
function block(text: string, indent: string, { width }: FormatOptions): string[] {
  if (width === undefined) return [indent + text];
  // Replace line feeds, so that a text cannot imitate a line of the report.
  const wrapped = wrapAnsi(printable(text), Math.max(20, width - indent.length), { hard: true });
  return wrapped.split("\n").map((line) => indent + line);
}

function top(report: Report, view: FormatOptions): Line[] {
  const { summary, inventory, shard, plan } = report;
  const share = percent(summary.covered, summary.records);
  const room = Math.min(40, (view.width ?? 80) - 4);
  const full = share ? Math.max(1, Math.round((share * room) / 100)) : 0;
  const bar = [paint.green("█".repeat(full)), paint.dim("░".repeat(room - full))];
  return [
    ...block(headline(report), "", view).map(paint.bold),
    ...(share === undefined ? [] : [bar]),
    ...block(
      `${plan ? "" : `${counted(summary.stacks, "stack")}, ${summary.referencing} of ${summary.resources} resources refer to a record · `}inventory of ${inventory.syncedAt} from ${inventory.endpoint}${rulesInWords(report)}`,
      "",
      view,
    ),
    ...(shard ? [paint.yellow(`Part ${shard.index} of ${shard.count}: combine the parts with drift merge`)] : []),
    "",
  ];
}

function findings(report: Report, view: FormatOptions): Line[] {
  const paints = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  return (["error", "warning", "info"] as const).flatMap((severity) =>
    ruleTexts.flatMap(({ name, title }) => {
      const found = report.findings.filter((finding) => finding.rule === name && finding.severity === severity);
      if (found.length === 0) return [];
      const shown = view.verbose ? found : found.slice(0, MAX_RECORDS_NAMED);
      return [
        [paints[severity](severity), " ", paint.bold(name), " ", paint.dim(`${title} · ${found.length}`)],
        ...shown.flatMap((finding) => one(finding, view)),
        ...more(found.length - shown.length),
        "",
      ];
    }),
  );
}

function one({ message, urn, site, position }: ReportFinding, view: FormatOptions): Line[] {
  const where = [
    urn,
    ...(site === undefined ? [] : [site]),
    ...(position ? [`${position.file}:${position.line}`] : []),
  ];
  return [...block(message, "  ", view), ...block(where.join(" · "), "    ", view).map(paint.dim)];
}

function more(count: number): Line[] {
  return count > 0 ? [paint.dim(`  and ${count} more (--verbose shows all)`)] : [];
}

function changes({ changes }: Report, view: FormatOptions): Line[] {
  if (!changes) return [];
  const shown = view.verbose ? changes.records : changes.records.slice(0, MAX_RECORDS_NAMED);
  return [
    ...block(changesInWords(changes), "", view).map(paint.bold),
    ...shown.flatMap((record) => [
      ...block(`${record.kind} ${record.recordId} ${effectInWords(record)}`, "  ", view),
      ...block(record.resources.join(", "), "    ", view).map(paint.dim),
    ]),
    ...more(changes.records.length - shown.length),
    "",
  ];
}

function refresh(report: Report, view: FormatOptions): Line[] {
  const { refresh } = report;
  if (!refresh) return [];
  const left = notRefreshed(report);
  const { resources, stacks } = refresh;
  const shown = view.verbose ? resources : resources.slice(0, MAX_RECORDS_NAMED);
  const said =
    resources.length === 0
      ? `pulumi refresh: ${counted(stacks.length, "stack")}, nothing changed outside Pulumi`
      : `pulumi refresh: ${counted(resources.length, "resource")} changed outside Pulumi`;
  return [
    paint.bold(said),
    ...(left === undefined ? [] : block(left, "", view).map(paint.yellow)),
    ...shown.flatMap(({ urn, change, properties }) =>
      block(`${change} ${urn}${properties.length > 0 ? ` (${properties.join(", ")})` : ""}`, "  ", view),
    ),
    ...more(resources.length - shown.length),
    "",
  ];
}

function ending(report: Report, view: FormatOptions): Line[] {
  const { summary, coverage, ignoreEntries } = report;
  const none = report.findings.length === 0;
  const { agrees, text } = verdict(report);
  const said = none
    ? (agrees ? paint.green : paint.yellow)(text)
    : (report.failed ? paint.red : paint.bold)(findingsInWords(summary));
  const nothing = none ? undefined : emptyComparisonReason(summary, report.plan);
  const uncovered = coverage.filter(({ resources }) => resources.length === 0);
  const shown = view.verbose ? uncovered : uncovered.slice(0, 2 * MAX_RECORDS_NAMED);
  const rest = uncovered.length - shown.length;
  const names =
    shown.map(({ recordId }) => recordId).join(", ") + (rest > 0 ? ` and ${rest} more (--verbose shows all)` : "");
  const unused = ignoreEntries.filter(({ used, expired, from }) => used === 0 && !expired && from === undefined);
  return [
    said,
    ...(nothing === undefined ? [] : [paint.yellow(nothing)]),
    ...(none && (summary.baseline.known > 0 || summary.ignored > 0) ? [findingsInWords(summary)] : []),
    ...(uncovered.length > 0 ? block(`Uncovered: ${names}`, "", view).map(paint.dim) : []),
    ...unused.flatMap(({ rule, resource, record, reason }) =>
      block(`Unused ignore entry: rule ${rule}, resource ${resource}, record ${record} (${reason})`, "", view).map(
        paint.dim,
      ),
    ),
    ...notes(report, view),
    ...(none ? [] : explained(report, view)),
  ];
}

function explained({ plan }: Report, view: FormatOptions): Line[] {
  const source = plan ? "--plan" : "states";
  return block(`Explain a finding: orange-cmdb rules explain URN, with the same ${source}`, "", view).map(paint.dim);
}

function notes(report: Report, view: FormatOptions): Line[] {
  const told = visibleNotes(report, view.verbose);
  const shown = view.verbose ? told : told.slice(0, MAX_RECORDS_NAMED);
  return [
    ...shown.flatMap((message) => block(`Note: ${message}`, "", view).map(paint.dim)),
    ...more(told.length - shown.length),
  ];
}
