import Table from "cli-table3";
import { stringify as csv } from "csv-stringify/sync";
import pc from "picocolors";
import { stringify as yaml } from "yaml";
import { printable } from "../../provider/inventory/printable.js";
import type { RecordResult } from "../../provider/functions/results.js";
import type { InventoryRecord } from "../../provider/inventory/records.js";
import { UsageError } from "../fail.js";

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

/** A record as it is printed: the named fields, then the record as it came. */
export type Printed = RecordResult;

/** The kind is known to who asked for it. */
export function printed({ kind: _kind, ...record }: InventoryRecord): Printed {
  return record as Printed;
}

function used(records: readonly Printed[]): (typeof columns)[number][] {
  return columns.filter((column) => column === "id" || records.some((record) => record[column] !== undefined));
}

function table(records: readonly Printed[]): string {
  const head = used(records);
  const made = new Table({ head: head.map((name) => pc.bold(name)), style: { head: [], border: [], compact: true } });
  for (const record of records) made.push(head.map((column) => printable(record[column] ?? "")));
  return `${made.toString()}\n`;
}

const formats: Readonly<Record<string, (records: readonly Printed[]) => string>> = {
  table,
  json: (records) => `${JSON.stringify(records, undefined, 2)}\n`,
  ndjson: (records) => records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  yaml: (records) => yaml(records),
  csv: (records) =>
    csv(
      records.map((record) => columns.map((column) => record[column] ?? "")),
      // A spreadsheet must not run what stands in a record.
      { header: true, columns: [...columns], escape_formulas: true },
    ),
};

/** Records in a format. @throws UsageError where there is no such format */
export function format(name: string, records: readonly Printed[]): string {
  const make = formats[name];
  if (!make) throw new UsageError(`there is no format "${name}"; formats are ${Object.keys(formats).join(", ")}`);
  return make(records);
}

/** One value in a format that can hold one. @throws UsageError */
export function formatOne(name: string, value: unknown): string {
  if (name === "json") return `${JSON.stringify(value, undefined, 2)}\n`;
  if (name === "yaml") return yaml(value);
  throw new UsageError(`there is no format "${name}" here; formats are json, yaml`);
}
