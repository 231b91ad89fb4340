import type { Report } from "../report/schema.js";
import { safeJson } from "./safe-json.js";

/** The report as JSON, described by schemas/drift-report.schema.json. */
export function json(report: Report): string {
  return `${safeJson(report, 2)}\n`;
}
