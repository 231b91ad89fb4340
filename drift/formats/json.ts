import type { Report } from "../report/schema.js";
import { safeJson } from "./text/safe-json.js";

/** Maximum number of findings and records of an indented report. */
const readable = 10_000;

/** Formats JSON (schemas/drift-report.schema.json). */
export function formatJson(report: Report): string {
  const size = report.findings.length + report.coverage.length;
  return `${safeJson(report, size > readable ? undefined : 2)}\n`;
}
