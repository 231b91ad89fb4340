import type { Report } from "../../report/schema.js";
export function html(report: Report): string {
  return String(report.version);
}
