import { printable } from "../../provider/platform/printable.js";
import type { Report } from "../report/schema.js";
import { csvTable } from "./text/csv-table.js";
import { allShown, type ShownFinding } from "./text/refreshed.js";

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

/** Formats the findings as a table for a spreadsheet. */
export function formatCsv(report: Report): string {
  return csvTable(columns, allShown(report).map(row));
}
