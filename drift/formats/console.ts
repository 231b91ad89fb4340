import { nothingCompared } from "../report/compared.js";
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
} from "./numbers.js";
import { notRefreshed } from "./not-looked-at.js";
import { ruleTexts } from "./rule-texts.js";
import { paint, renderLines, type Line } from "./terminal.js";
import { toldNotes } from "./told-notes.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

/** How many of each are named unless all are asked for. */
const named = 5;

/** The report for a terminal: coverage first, then the findings by rule, the worst first; short unless verbose. */
export function console(report: Report, view: View): string {
  const parts = [top, findings, changes, refresh, ending];
  return renderLines(
    parts.flatMap((part) => part(report, view)),
    view.colours,
  );
}

/** Returns a text on lines of the terminal's width. */
function block(text: string, indent: string, { width }: View): string[] {
  const room = width === undefined ? Infinity : Math.max(20, width - indent.length);
  return wrap(text, room).map((line) => indent + line);
}

function top(report: Report, view: View): Line[] {
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
    ...(shard ? [paint.yellow(`Part ${shard.index} of ${shard.count}: drift merge makes the whole of it`)] : []),
    "",
  ];
}

function findings(report: Report, view: View): Line[] {
  const paints = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  return (["error", "warning", "info"] as const).flatMap((severity) =>
    ruleTexts.flatMap(({ name, title }) => {
      const found = report.findings.filter((finding) => finding.rule === name && finding.severity === severity);
      if (found.length === 0) return [];
      const shown = view.verbose ? found : found.slice(0, named);
      return [
        [paints[severity](severity), " ", paint.bold(name), " ", paint.dim(`${title} · ${found.length}`)],
        ...shown.flatMap((finding) => one(finding, view)),
        ...more(found.length - shown.length),
        "",
      ];
    }),
  );
}

function one({ message, urn, site, position }: ReportFinding, view: View): Line[] {
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

function changes({ changes }: Report, view: View): Line[] {
  if (!changes) return [];
  const shown = view.verbose ? changes.records : changes.records.slice(0, named);
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

function refresh(report: Report, view: View): Line[] {
  const { refresh } = report;
  if (!refresh) return [];
  const left = notRefreshed(report);
  const { resources, stacks } = refresh;
  const shown = view.verbose ? resources : resources.slice(0, named);
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

function ending(report: Report, view: View): Line[] {
  const { summary, coverage, ignoreEntries } = report;
  const none = report.findings.length === 0;
  const { agrees, text } = verdict(report);
  const said = none
    ? (agrees ? paint.green : paint.yellow)(text)
    : (report.failed ? paint.red : paint.bold)(findingsInWords(summary));
  const nothing = none ? undefined : nothingCompared(summary, report.plan);
  const uncovered = coverage.filter(({ resources }) => resources.length === 0);
  const shown = view.verbose ? uncovered : uncovered.slice(0, 2 * named);
  const rest = uncovered.length - shown.length;
  const names =
    shown.map(({ recordId }) => recordId).join(", ") + (rest > 0 ? ` and ${rest} more (--verbose shows all)` : "");
  const unused = ignoreEntries.filter(({ used, expired, from }) => used === 0 && !expired && from === undefined);
  return [
    said,
    ...(nothing === undefined ? [] : [paint.yellow(nothing)]),
    ...(none && (summary.known > 0 || summary.ignored > 0) ? [findingsInWords(summary)] : []),
    ...(uncovered.length > 0 ? block(`Uncovered: ${names}`, "", view).map(paint.dim) : []),
    ...unused.flatMap(({ rule, resource, record, reason }) =>
      block(`Ignore entry without use: rule ${rule}, resource ${resource}, record ${record} (${reason})`, "", view).map(
        paint.dim,
      ),
    ),
    ...notes(report, view),
  ];
}

function notes(report: Report, view: View): Line[] {
  const told = toldNotes(report, view.verbose);
  const shown = view.verbose ? told : told.slice(0, named);
  return [
    ...shown.flatMap((message) => block(`Note: ${message}`, "", view).map(paint.dim)),
    ...more(told.length - shown.length),
  ];
}
