import { escapeMarkdown } from "../../drift/formats/markdown.js";
import { safeJson } from "../../drift/formats/text/safe-json.js";
import { paint, renderLines, type Line } from "../../drift/formats/text/terminal.js";
import type { Change, FieldChange, HistoryEntry, Version } from "../../provider/inventory/store/history.js";
import { shorten } from "../../provider/platform/printable.js";
import { formatData } from "./index.js";
import { collections, type Kind } from "../../provider/model/records.js";

/** Changes between two versions of the inventory. */
export interface Changes {
  readonly from: Version;
  readonly to: Version;
  /** Kinds that both versions contain. */
  readonly kinds: readonly Kind[];
  /** Kinds that one of the versions lacks, or that cannot be read now. */
  readonly notComparable: readonly Kind[];
  readonly changes: readonly Change[];
}

const signs = { added: "+", removed: "-", changed: "~" } as const;

function show(value: unknown): string {
  return value === undefined ? "(none)" : shorten(JSON.stringify(value));
}

function title(change: Change): string {
  const name = change.name === undefined ? "" : ` (${change.name})`;
  return `${change.kind} ${change.id}${name}`;
}

function count(changes: readonly Change[]): string {
  const of = (kind: Change["change"]): number => changes.filter(({ change }) => change === kind).length;
  return `${of("added")} added, ${of("removed")} removed, ${of("changed")} changed`;
}

/** Returns a line about the kinds that were not compared; empty if all were. */
function leftOut({ from, notComparable }: Changes): string[] {
  if (notComparable.length === 0) return [];
  const which = notComparable.map((kind) => collections[kind]).join(", ");
  return [`not compared: ${which} (missing in version ${from.number}, or not readable now)`];
}

function range({ from, to, kinds }: Changes): string {
  const held = kinds.map((kind) => collections[kind]).join(", ") || "no kind";
  return `version ${from.number} (${from.syncedAt}) to version ${to.number} (${to.syncedAt}), ${held}`;
}

/** Explains why there is no other version to compare with. */
function whyAlone({ to }: Changes, kept: readonly Version[]): string {
  const named = `version ${to.number} (${to.syncedAt})`;
  if (kept.length === 1) return `${named} is the only version: run orange-cmdb sync after the CMDB changed`;
  if (kept.at(-1)?.number === to.number) return `no changes since ${named}, the newest version`;
  if (kept[0]?.number === to.number) return `${named} is the oldest version: no earlier version is kept`;
  return `${named} is compared with itself: choose another version with --from or --to`;
}

function changeLines(change: Change): Line[] {
  const colour = { added: paint.green, removed: paint.red, changed: paint.yellow }[change.change];
  const fields = (change.fields ?? []).map(({ field, before, after }) => [
    `    ${field}: `,
    paint.red(show(before)),
    " ",
    paint.dim("→"),
    " ",
    paint.green(show(after)),
  ]);
  return [colour(`${signs[change.change]} ${title(change)}`), ...fields];
}

function toConsole(changes: Changes, colours: boolean, kept: readonly Version[]): string {
  if (changes.from.number === changes.to.number) {
    return renderLines([whyAlone(changes, kept)], colours);
  }
  const lines = [
    paint.bold(count(changes.changes)),
    paint.dim(range(changes)),
    ...leftOut(changes).map(paint.yellow),
    ...changes.changes.flatMap(changeLines),
  ];
  return renderLines(lines, colours);
}

function fieldsCell(fields: readonly FieldChange[] = []): string {
  return fields
    .map(
      ({ field, before, after }) =>
        `${escapeMarkdown(field)}: ${escapeMarkdown(show(before))} → ${escapeMarkdown(show(after))}`,
    )
    .join("<br>");
}

function toMarkdown(changes: Changes): string {
  const rows = changes.changes.map(
    (change) =>
      `| ${change.change} | ${change.kind} | ${escapeMarkdown(change.id)} | ${escapeMarkdown(change.name ?? "")} | ${fieldsCell(change.fields)} |`,
  );
  const table = ["| change | kind | id | name | fields |", "| --- | --- | --- | --- | --- |", ...rows];
  return [
    `**${count(changes.changes)}**`,
    "",
    range(changes),
    ...leftOut(changes).flatMap((line) => ["", line]),
    ...(rows.length > 0 ? ["", ...table] : []),
    "",
  ].join("\n");
}

/** The formats of a comparison. */
export const changeFormats = {
  console: toConsole,
  json: (changes: Changes) => `${safeJson(changes, 2)}\n`,
  markdown: toMarkdown,
} as const;

/** The formats of a history. */
export type HistoryFormat = "console" | "json" | "yaml";

/** Formats the versions that a mirror keeps. */
export async function formatVersions(versions: readonly Version[], format: HistoryFormat): Promise<string> {
  if (format !== "console") return formatData(format, versions);
  if (versions.length === 0) return "the mirror has no versions yet: run orange-cmdb sync\n";
  return versions.map(({ number, syncedAt }) => `${String(number).padStart(6)}  ${syncedAt}\n`).join("");
}

/** Formats the changes of a record. */
export async function formatEntries(
  entries: readonly HistoryEntry[],
  format: HistoryFormat,
  colours: boolean,
): Promise<string> {
  if (format !== "console") return formatData(format, entries);
  const lines = entries.flatMap((entry) => [
    paint.dim(`version ${entry.version.number}  ${entry.version.syncedAt}`),
    ...changeLines(entry),
  ]);
  return renderLines(lines, colours);
}
