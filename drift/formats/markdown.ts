import { printable } from "../../provider/platform/printable.js";
import { emptyComparisonReason } from "../report/empty-comparison.js";
import type { Report, ReportFinding } from "../report/schema.js";
import {
  changesInWords,
  effectInWords,
  findingsInWords,
  headline,
  percent,
  rulesInWords,
  uncheckedRules,
  verdict,
} from "./text/text.js";
import { notRefreshed } from "./text/limitations.js";
import { ruleTexts } from "./text/rule-texts.js";
import { visibleNotes } from "./text/visible-notes.js";

/** Maximum size in bytes. A comment on GitHub has at most 65,536 characters; the rest is room for text that a bot adds. */
export const markdownLimit = 60_000;

const MAX_CELL_LENGTH = 500;

/** Escapes a text, so that it contains no markup, link, mention or end of a row. */
export function escapeMarkdown(text: string): string {
  const short = text.length > MAX_CELL_LENGTH ? `${text.slice(0, MAX_CELL_LENGTH - 1)}…` : text;
  return printable(short).replace(
    // Links, mentions, references, emoji and formulas of GitHub and GitLab; block syntax has no effect in a cell.
    /[&<>`*_~|\\[\]#@$]|:(?=\/\/|[\w+-]+:)|(?<=www)\./gi,
    (found) => `&#${found.codePointAt(0)};`,
  );
}

const icons = { error: "🔴", warning: "🟠", info: "🔵" } as const;

function row({ severity, message, urn, site }: ReportFinding): string {
  const place = site === undefined ? "" : ` · ${escapeMarkdown(site)}`;
  return `| ${icons[severity]} ${severity} | ${escapeMarkdown(message)}<br><sub>${escapeMarkdown(urn)}${place}</sub> |`;
}

function bar(covered: number, all: number): string {
  const share = percent(covered, all) ?? 0;
  const full = Math.round(share / 5);
  return `\`${"█".repeat(full)}${"░".repeat(20 - full)}\` ${share} %`;
}

function head(report: Report): string[] {
  const { summary, inventory, shard } = report;
  const isWhole = emptyComparisonReason(summary, report.plan) === undefined && uncheckedRules(report).length === 0;
  const verdict = report.failed ? "❌" : isWhole ? "✅" : "⚠️";
  return [
    `## ${verdict} ${escapeMarkdown(headline(report))}`,
    "",
    ...(report.plan ? [] : [bar(summary.covered, summary.records), ""]),
    `**${findingsInWords(summary)}** · ${summary.stacks} stack(s), ${summary.referencing} of ${summary.resources} resources refer to a record · inventory of ${inventory.syncedAt}${escapeMarkdown(rulesInWords(report))}`,
    ...(shard ? ["", `Part ${shard.index} of ${shard.count} of a report.`] : []),
  ];
}

interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly string[];
}

function sections(report: Report): Section[] {
  const table = (left: string, right: string): string[] => ["", `| ${left} | ${right} |`, "| --- | --- |"];
  const byRule = ruleTexts.flatMap(({ name, title }): Section[] => {
    const found = report.findings.filter(({ rule }) => rule === name);
    if (found.length === 0) return [];
    return [{ title: `### ${name}: ${title} (${found.length})`, head: table("", "finding"), rows: found.map(row) }];
  });
  const changed = report.changes?.records.map(
    (record) =>
      `| ${escapeMarkdown(`${record.kind} ${record.recordId}`)} | ${escapeMarkdown(effectInWords(record))}<br><sub>${escapeMarkdown(record.resources.join(", "))}</sub> |`,
  );
  const refreshed = report.refresh?.resources.map(
    ({ urn, change, properties }) =>
      `| ${change} | ${escapeMarkdown(urn)}<br><sub>${escapeMarkdown(properties.join(", "))}</sub> |`,
  );
  const left = notRefreshed(report);
  const notes = visibleNotes(report).map((message) => `| ${escapeMarkdown(message)} |`);
  return [
    ...byRule,
    ...(report.changes && changed
      ? [{ title: `### ${changesInWords(report.changes)}`, head: table("record", "change"), rows: changed }]
      : []),
    ...(refreshed
      ? [
          {
            title: `### Changed outside Pulumi (${refreshed.length})${left === undefined ? "" : `. ${escapeMarkdown(left)}`}`,
            head: table("change", "resource"),
            rows: refreshed,
          },
        ]
      : []),
    ...(notes.length > 0 ? [{ title: "### Notes", head: ["", "| note |", "| --- |"], rows: notes }] : []),
  ];
}

const size = (text: string): number => Buffer.byteLength(text);

/** Formats Markdown for a pull-request comment or job summary. Rows beyond the limit are counted; each section keeps its heading. */
export function formatMarkdown(report: Report): string {
  const all = sections(report);
  const start = head(report).join("\n");
  const frames = all.map(({ title, head: table, rows }) =>
    ["", title, ...(rows.length > 0 ? table : []), ""].join("\n"),
  );
  const note = (count: number): string => `\n… and ${count} more: see the full report\n`;
  const spare = 200;
  let left =
    markdownLimit -
    size(start) -
    spare -
    all.reduce((sum, _, index) => sum + size(frames[index] ?? "") + size(note(1e9)), 0);
  const bodies = all.map(({ rows }, index) => {
    // A section can use the room that earlier sections left.
    let room = left / (all.length - index);
    const shown: string[] = [];
    for (const text of rows) {
      const needed = size(text) + 1;
      if (needed > room) break;
      shown.push(text);
      room -= needed;
      left -= needed;
    }
    const rest = rows.length - shown.length;
    return `${frames[index]}${shown.join("\n")}\n${rest > 0 ? note(rest) : ""}`;
  });
  const said = report.findings.length === 0 ? verdict(report).text : emptyComparisonReason(report.summary, report.plan);
  const none = said === undefined ? "\n" : `\n\n${escapeMarkdown(said)}.\n`;
  return `${start}${none}${bodies.join("")}`;
}
