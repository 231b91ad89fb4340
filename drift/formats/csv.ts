import { stringify } from "csv-stringify/sync";
import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report/schema.js";
import { allShown, type ShownFinding } from "./refreshed.js";

const columns = [
  "severity",
  "rule",
  "stack",
  "urn",
  "type",
  "kind",
  "recordId",
  "site",
  "message",
  "expected",
  "actual",
  "file",
  "line",
  "fingerprint",
] as const;

function cell(value: unknown): string {
  if (value === undefined) return "";
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

function row({ position, ...finding }: ShownFinding): string[] {
  const all: Record<string, unknown> = { ...finding, file: position?.file, line: position?.line };
  return columns.map((name) => cell(all[name]));
}

/** The findings as a table for a spreadsheet, which must not run what stands in a record. */
export function csv(report: Report): string {
  return stringify(allShown(report).map(row), { header: true, columns: [...columns], escape_formulas: true });
}
