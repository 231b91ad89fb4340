import type { Report } from "../report/schema.js";
import { safeJson } from "./safe-json.js";

/** The report line by line, described by schemas/drift-report-line.schema.json: a summary first, then one thing a line. */
export function ndjson(report: Report): string {
  const { generatedAt, generator, failed, failOn, summary, inventory, notCompared, rulesFrom } = report;
  const { endpoint, syncedAt, stale } = inventory;
  const changes = report.changes && {
    from: report.changes.from,
    to: report.changes.to,
    uncompared: report.changes.uncompared,
  };
  const refresh = report.refresh && { stacks: report.refresh.stacks };
  const run = { generatedAt, generator, failed, failOn, inventory: { endpoint, syncedAt, stale } };
  const head = { ...run, summary, notCompared, rulesFrom, changes, refresh };
  const lines = [
    { line: "summary", ...head },
    ...report.stacks.map((entry) => ({ line: "stack", ...entry })),
    ...report.findings.map((entry) => ({ line: "finding", ...entry })),
    ...report.coverage.map((entry) => ({ line: "record", ...entry })),
    ...(report.changes?.records ?? []).map((entry) => ({ line: "change", ...entry })),
    ...(report.refresh?.resources ?? []).map(({ change, ...entry }) => ({ line: "refresh", change, ...entry })),
    ...report.notes.map((entry) => ({ line: "note", ...entry })),
  ];
  return lines.map((line) => `${safeJson(line)}\n`).join("");
}
