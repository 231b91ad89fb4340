import pc from "picocolors";
import type { Check, DoctorReport, Verdict } from "../../provider/doctor/index.js";
import { printable } from "../../provider/inventory/printable.js";

const marks: Readonly<Record<Check["status"] | Verdict["verdict"], string>> = {
  ok: "✔",
  confirmed: "✔",
  warning: "!",
  refuted: "✘",
  failed: "✘",
  unknown: "?",
};

/** In this order they are shown. */
const areas: readonly Check["area"][] = [
  "settings",
  "rules",
  "environment",
  "mirror",
  "inventory file",
  "service",
  "description",
];

/** What the doctor found, for a terminal. */
export function formatDoctor(report: DoctorReport, colours: boolean): string {
  const colour = pc.createColors(colours);
  const paint = {
    ok: colour.green,
    confirmed: colour.green,
    warning: colour.yellow,
    refuted: colour.red,
    failed: colour.red,
    unknown: colour.dim,
  };
  const mark = (status: keyof typeof marks): string => paint[status](marks[status]);
  const lines: string[] = [];
  for (const area of areas) {
    const checks = report.checks.filter((check) => check.area === area);
    if (checks.length === 0) continue;
    lines.push(colour.bold(area));
    for (const { name, status, detail, next } of checks) {
      lines.push(`  ${mark(status)} ${name}: ${printable(detail)}`);
      if (next && status !== "ok") lines.push(colour.dim(`      → ${printable(next)}`));
    }
  }
  if (report.assumptions.length > 0) lines.push(colour.bold("assumptions"));
  for (const { number, claim, verdict, seen, settings } of report.assumptions) {
    lines.push(`  ${mark(verdict)} ${String(number).padStart(2)}. ${claim}: ${verdict}, ${printable(seen)}`);
    if (verdict === "refuted" && settings.length > 0) lines.push(colour.dim(`      → ${settings.join(", ")}`));
  }
  const asked = report.fields.filter(({ records }) => records > 0);
  if (asked.length > 0) lines.push(colour.bold("fields, by the share of the records looked at that have them"));
  for (const kind of new Set(asked.map((share) => share.kind))) {
    const shares = asked
      .filter((share) => share.kind === kind)
      .map(({ field, found, records }) => `${field} ${Math.round((100 * found) / records)} %`);
    lines.push(`  ${kind}: ${shares.join(", ")}`);
  }
  if (report.proposals.length > 0) lines.push(colour.bold("proposed settings (--write FILE puts them into a file)"));
  for (const { setting, value, why } of report.proposals)
    lines.push(`  ${setting} = ${printable(value)}   ${colour.dim(why)}`);
  return `${lines.join("\n")}\n`;
}
