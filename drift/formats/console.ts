import pc from "picocolors";
import type { Severity } from "../../policy/rules/types.js";
import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report.js";

/** How many uncovered records are named. */
const named = 10;

/** The report for a terminal: coverage first, then the findings, the worst first. */
export function console(report: Report, colours: boolean): string {
  const colour = pc.createColors(colours);
  const paint: Record<Severity, (text: string) => string> = {
    error: colour.red,
    warning: colour.yellow,
    info: colour.cyan,
  };
  const { summary } = report;
  const total = summary.covered + summary.uncovered;
  const share = total === 0 ? "no records" : `${Math.round((100 * summary.covered) / total)} %`;
  const lines = [
    colour.bold(`Coverage ${share}: ${summary.covered} of ${total} records are referred to by a deployed resource`),
    `${summary.referencing} of ${summary.resources} resources refer to a record · inventory of ${report.inventory.syncedAt} from ${printable(report.inventory.endpoint)}`,
    "",
  ];
  for (const severity of ["error", "warning", "info"] as const) {
    for (const finding of report.findings.filter((entry) => entry.severity === severity)) {
      lines.push(`${paint[severity](severity.padEnd(7))} ${finding.rule}  ${printable(finding.message)}`);
      lines.push(colour.dim(`        ${printable(finding.urn)}`));
    }
  }
  const { error, warning, info } = summary.findings;
  lines.push(
    report.findings.length === 0
      ? colour.green("No drift: every reference agrees with the inventory")
      : `${error} errors, ${warning} warnings, ${info} infos`,
  );
  const uncovered = report.coverage.filter((entry) => entry.resources.length === 0);
  if (uncovered.length > 0) {
    const names = uncovered.slice(0, named).map((entry) => printable(entry.recordId));
    const rest = uncovered.length > named ? ` and ${uncovered.length - named} more (all in -o json)` : "";
    lines.push(colour.dim(`Uncovered: ${names.join(", ")}${rest}`));
  }
  return `${lines.join("\n")}\n`;
}
