import pc from "picocolors";
import { safeJson } from "../../drift/formats/text/safe-json.js";
import { hasColour } from "./colour.js";
import type { GlobalOptions } from "../options/global-options.js";
import { printable, printableLines } from "../../provider/platform/printable.js";
import type { RecordResult } from "../../provider/functions/results.js";
import { namedFields, type Kind } from "../../provider/model/records.js";

/** A record, with its kind if records of several kinds are printed together. */
type Shown = RecordResult & { readonly kind?: Kind };

/** Columns that fit on a terminal; the other formats have every field. */
const tableColumns = [
  "kind",
  "id",
  "name",
  "type",
  "status",
  "ipAddress",
  "address",
  "country",
  "locationId",
  "servicePointId",
  "accountId",
] as const;

function used(records: readonly Shown[]): (typeof tableColumns)[number][] {
  return tableColumns.filter((column) => column === "id" || records.some((record) => record[column] !== undefined));
}

async function table(records: readonly Shown[], globals: GlobalOptions): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const { bold } = pc.createColors(hasColour(process.stdout, globals));
  const head = used(records);
  const made = new Table({ head: head.map((name) => bold(name)), style: { head: [], border: [], compact: true } });
  for (const record of records) made.push(head.map((column) => printable(record[column] ?? "")));
  return `${made.toString()}\n`;
}

async function csv(records: readonly Shown[]): Promise<string> {
  const { csvTable } = await import("../../drift/formats/text/csv-table.js");
  // Columns do not depend on the records, so that files can be compared.
  const isMixed = records.some((record) => record.kind !== undefined);
  const shown = [...(isMixed ? (["kind"] as const) : []), "id" as const, ...namedFields];
  const rows = records.map((record) => shown.map((column) => printableLines(record[column] ?? "")));
  return csvTable(shown, rows);
}

/** Formats a value as JSON or YAML. Libraries are loaded on demand. */
export async function formatData(name: "json" | "yaml", value: unknown): Promise<string> {
  if (name === "json") return `${safeJson(value, 2)}\n`;
  const { safeYaml } = await import("../../drift/formats/text/safe-yaml.js");
  return safeYaml(value);
}

const formats = {
  table,
  json: (records: readonly Shown[]) => formatData("json", records),
  ndjson: async (records: readonly Shown[]) => records.map((record) => `${safeJson(record)}\n`).join(""),
  yaml: (records: readonly Shown[]) => formatData("yaml", records),
  csv,
};

/** The formats of a list. */
export type ListFormat = keyof typeof formats;

/** Formats records. */
export function format(name: ListFormat, records: readonly Shown[], globals: GlobalOptions): Promise<string> {
  return formats[name](records, globals);
}
