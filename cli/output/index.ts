import Table from "cli-table3";
import { stringify as csv } from "csv-stringify/sync";
import pc from "picocolors";
import { stringify as yaml } from "yaml";
import { printable } from "../../provider/inventory/printable.js";
import type { RecordResult } from "../../provider/functions/results.js";

const columns = [
  "id",
  "name",
  "type",
  "status",
  "address",
  "country",
  "locationId",
  "servicePointId",
  "accountId",
] as const;

function used(records: readonly RecordResult[]): (typeof columns)[number][] {
  return columns.filter((column) => column === "id" || records.some((record) => record[column] !== undefined));
}

function table(records: readonly RecordResult[]): string {
  const head = used(records);
  const made = new Table({ head: head.map((name) => pc.bold(name)), style: { head: [], border: [], compact: true } });
  for (const record of records) made.push(head.map((column) => printable(record[column] ?? "")));
  return `${made.toString()}\n`;
}

const formats = {
  table,
  json: (records: readonly RecordResult[]) => `${JSON.stringify(records, undefined, 2)}\n`,
  ndjson: (records: readonly RecordResult[]) => records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  yaml: (records: readonly RecordResult[]) => yaml(records),
  csv: (records: readonly RecordResult[]) =>
    csv(
      records.map((record) => columns.map((column) => record[column] ?? "")),
      // A spreadsheet must not run what stands in a record.
      { header: true, columns: [...columns], escape_formulas: true },
    ),
};

/** The formats of a list. */
export type ListFormat = keyof typeof formats;

/** Records in a format. */
export function format(name: ListFormat, records: readonly RecordResult[]): string {
  return formats[name](records);
}

/** One value. */
export function formatOne(name: "json" | "yaml", value: unknown): string {
  return name === "json" ? `${JSON.stringify(value, undefined, 2)}\n` : yaml(value);
}
