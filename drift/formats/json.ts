import type { Report } from "../report.js";

/** The report as JSON, described by schemas/drift-report.schema.json. */
export function json(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
