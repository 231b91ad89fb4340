import type { Report } from "../report/schema.js";
import { safeJson } from "./safe-json.js";

/** What people may still read. */
const readable = 10_000;

/** The report as JSON, described by schemas/drift-report.schema.json. */
export function json(report: Report): string {
  const size = report.findings.length + report.coverage.length;
  return `${safeJson(report, size > readable ? undefined : 2)}\n`;
}
