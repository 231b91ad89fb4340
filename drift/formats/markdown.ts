import { printable } from "../../provider/inventory/printable.js";
import { nothingCompared } from "../report/compared.js";
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
} from "./numbers.js";
import { notRefreshed } from "./not-looked-at.js";
import { ruleTexts } from "./rule-texts.js";
import { toldNotes } from "./told-notes.js";

/** What a comment on a pull request holds is 65,536; some is left for what a bot puts around it. Bytes, so characters too. */
export const markdownLimit = 60_000;

const longestCell = 500;

/** Foreign text shows as it is: nothing in it is markup, a link, a mention or a row's end. */
export function escapeMarkdown(text: string): string {
  const short = text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text;
  return printable(short).replace(
    // Links, mentions, references, emoji and formulas, as GitHub and GitLab make them; a cell begins no block.
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
  const isWhole = nothingCompared(summary, report.plan) === undefined && uncheckedRules(report).length === 0;
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
  const notes = toldNotes(report).map((message) => `| ${escapeMarkdown(message)} |`);
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

/** A comment on a pull request, or a job's summary; what does not fit is counted, and every section keeps its head. */
export function markdown(report: Report): string {
  const all = sections(report);
  const start = head(report).join("\n");
  const frames = all.map(({ title, head: table, rows }) =>
    ["", title, ...(rows.length > 0 ? table : []), ""].join("\n"),
  );
  const note = (count: number): string => `\n… and ${count} more: see the whole report\n`;
  const spare = 200;
  let left =
    markdownLimit -
    size(start) -
    spare -
    all.reduce((sum, _, index) => sum + size(frames[index] ?? "") + size(note(1e9)), 0);
  const bodies = all.map(({ rows }, index) => {
    // What one section leaves over is the next one's.
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
  const said = report.findings.length === 0 ? verdict(report).text : nothingCompared(report.summary, report.plan);
  const none = said === undefined ? "\n" : `\n\n${escapeMarkdown(said)}.\n`;
  return `${start}${none}${bodies.join("")}`;
}
