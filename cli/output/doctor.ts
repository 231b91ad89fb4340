import { paint, renderLines, type Line } from "../../drift/formats/text/terminal.js";
import type { Check, DoctorReport, Verdict } from "../../provider/doctor/index.js";

const marks = {
  ok: paint.green("✔"),
  confirmed: paint.green("✔"),
  warning: paint.yellow("!"),
  refuted: paint.red("✘"),
  failed: paint.red("✘"),
  unknown: paint.dim("?"),
} satisfies Record<Check["status"] | Verdict["verdict"], Line>;

/** Areas in the order of the output. */
const areas: readonly Check["area"][] = [
  "settings",
  "rules",
  "environment",
  "mirror",
  "inventory file",
  "service",
  "description",
];

/** Formats the report of doctor for a terminal. */
export function formatDoctor(report: DoctorReport, colours: boolean): string {
  const lines: Line[] = [];
  for (const area of areas) {
    const checks = report.checks.filter((check) => check.area === area);
    if (checks.length === 0) continue;
    lines.push(paint.bold(area));
    for (const { name, status, detail, next } of checks) {
      lines.push(["  ", marks[status], ` ${name}: ${detail}`]);
      if (next && status !== "ok") lines.push(paint.dim(`      → ${next}`));
    }
  }
  if (report.assumptions.length > 0) lines.push(paint.bold("assumptions"));
  for (const { number, claim, verdict, seen, settings } of report.assumptions) {
    lines.push(["  ", marks[verdict], ` ${String(number).padStart(2)}. ${claim}: ${verdict}, ${seen}`]);
    if (verdict === "refuted" && settings.length > 0) lines.push(paint.dim(`      → ${settings.join(", ")}`));
  }
  const asked = report.fields.filter(({ records }) => records > 0);
  if (asked.length > 0) lines.push(paint.bold("fields, with the share of sampled records that have them"));
  for (const kind of new Set(asked.map((share) => share.kind))) {
    const shares = asked
      .filter((share) => share.kind === kind)
      .map(({ field, found, records }) => `${field} ${Math.round((100 * found) / records)} %`);
    lines.push(`  ${kind}: ${shares.join(", ")}`);
  }
  if (report.proposals.length > 0)
    lines.push(paint.bold("proposed settings (write them to a file with --write-env FILE)"));
  for (const { setting, value, why } of report.proposals) lines.push([`  ${setting} = ${value}   `, paint.dim(why)]);
  return renderLines(lines, colours);
}
