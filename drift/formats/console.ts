import pc from "picocolors";
import { printable } from "../../provider/inventory/printable.js";
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
import { toldNotes } from "./told-notes.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

/** How many of each are named unless all are asked for. */
const named = 5;

type Colours = ReturnType<typeof pc.createColors>;

/** The report for a terminal: coverage first, then the findings by rule, the worst first; short unless verbose. */
export function console(report: Report, view: View): string {
  const colours = pc.createColors(view.colours);
  const lines = [
    ...top(report, colours, view),
    ...findings(report, colours, view),
    ...changes(report, colours, view),
    ...refresh(report, colours, view),
    ...ending(report, colours, view),
  ];
  return `${lines.join("\n")}\n`;
}

/** Foreign text, on lines of the terminal's width. */
function block(text: string, indent: string, { width }: View): string[] {
  const room = width === undefined ? Infinity : Math.max(20, width - indent.length);
  return wrap(printable(text), room).map((line) => indent + line);
}

function top(report: Report, colours: Colours, view: View): string[] {
  const { summary, inventory, shard, plan } = report;
  const share = percent(summary.covered, summary.records);
  const room = Math.min(40, (view.width ?? 80) - 4);
  const full = share ? Math.max(1, Math.round((share * room) / 100)) : 0;
  const bar = colours.green("█".repeat(full)) + colours.dim("░".repeat(room - full));
  return [
    ...block(headline(report), "", view).map(colours.bold),
    ...(share === undefined ? [] : [bar]),
    ...block(
      `${plan ? "" : `${counted(summary.stacks, "stack")}, ${summary.referencing} of ${summary.resources} resources refer to a record · `}inventory of ${inventory.syncedAt} from ${inventory.endpoint}${rulesInWords(report)}`,
      "",
      view,
    ),
    ...(shard ? [colours.yellow(`Part ${shard.index} of ${shard.count}: drift merge makes the whole of it`)] : []),
    "",
  ];
}

function findings(report: Report, colours: Colours, view: View): string[] {
  const paint = { error: colours.red, warning: colours.yellow, info: colours.cyan };
  return (["error", "warning", "info"] as const).flatMap((severity) =>
    ruleTexts.flatMap(({ name, title }) => {
      const found = report.findings.filter((finding) => finding.rule === name && finding.severity === severity);
      if (found.length === 0) return [];
      const shown = view.verbose ? found : found.slice(0, named);
      return [
        `${paint[severity](severity)} ${colours.bold(name)} ${colours.dim(`${title} · ${found.length}`)}`,
        ...shown.flatMap((finding) => one(finding, colours, view)),
        ...more(found.length - shown.length, colours),
        "",
      ];
    }),
  );
}

function one({ message, urn, site, position }: ReportFinding, colours: Colours, view: View): string[] {
  const where = [
    urn,
    ...(site === undefined ? [] : [site]),
    ...(position ? [`${position.file}:${position.line}`] : []),
  ];
  return [...block(message, "  ", view), ...block(where.join(" · "), "    ", view).map(colours.dim)];
}

function more(count: number, colours: Colours): string[] {
  return count > 0 ? [colours.dim(`  and ${count} more (--verbose shows all)`)] : [];
}

function changes({ changes }: Report, colours: Colours, view: View): string[] {
  if (!changes) return [];
  const shown = view.verbose ? changes.records : changes.records.slice(0, named);
  return [
    ...block(changesInWords(changes), "", view).map(colours.bold),
    ...shown.flatMap((record) => [
      ...block(`${record.kind} ${record.recordId} ${effectInWords(record)}`, "  ", view),
      ...block(record.resources.join(", "), "    ", view).map(colours.dim),
    ]),
    ...more(changes.records.length - shown.length, colours),
    "",
  ];
}

function refresh(report: Report, colours: Colours, view: View): string[] {
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
    colours.bold(said),
    ...(left === undefined ? [] : block(left, "", view).map(colours.yellow)),
    ...shown.flatMap(({ urn, change, properties }) =>
      block(`${change} ${urn}${properties.length > 0 ? ` (${properties.join(", ")})` : ""}`, "  ", view),
    ),
    ...more(resources.length - shown.length, colours),
    "",
  ];
}

function ending(report: Report, colours: Colours, view: View): string[] {
  const { summary, coverage, ignoreEntries } = report;
  const none = report.findings.length === 0;
  const { agrees, text } = verdict(report);
  const said = none
    ? (agrees ? colours.green : colours.yellow)(text)
    : (report.failed ? colours.red : colours.bold)(findingsInWords(summary));
  const nothing = none ? undefined : nothingCompared(summary, report.plan);
  const uncovered = coverage.filter(({ resources }) => resources.length === 0);
  const shown = view.verbose ? uncovered : uncovered.slice(0, 2 * named);
  const rest = uncovered.length - shown.length;
  const names =
    shown.map(({ recordId }) => recordId).join(", ") + (rest > 0 ? ` and ${rest} more (--verbose shows all)` : "");
  const unused = ignoreEntries.filter(({ used, expired, from }) => used === 0 && !expired && from === undefined);
  return [
    said,
    ...(nothing === undefined ? [] : [colours.yellow(nothing)]),
    ...(none && (summary.known > 0 || summary.ignored > 0) ? [findingsInWords(summary)] : []),
    ...(uncovered.length > 0 ? block(`Uncovered: ${names}`, "", view).map(colours.dim) : []),
    ...unused.flatMap(({ rule, resource, record, reason }) =>
      block(`Ignore entry without use: rule ${rule}, resource ${resource}, record ${record} (${reason})`, "", view).map(
        colours.dim,
      ),
    ),
    ...notes(report, colours, view),
  ];
}

function notes(report: Report, colours: Colours, view: View): string[] {
  const told = toldNotes(report, view.verbose);
  const shown = view.verbose ? told : told.slice(0, named);
  return [
    ...shown.flatMap((message) => block(`Note: ${message}`, "", view).map(colours.dim)),
    ...more(told.length - shown.length, colours),
  ];
}
