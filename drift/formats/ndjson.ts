import type { Report } from "../report/schema.js";
import { safeJson } from "./text/safe-json.js";

/** Formats NDJSON (schemas/drift-report-line.schema.json): the summary, then one entry per line. */
export function formatNdjson(report: Report): string {
  const { generatedAt, generator, failed, failOn, summary, inventory, emptyReason, ruleSources } = report;
  const { endpoint, syncedAt, staleReason } = inventory;
  const changes = report.changes && {
    from: report.changes.from,
    to: report.changes.to,
    notComparable: report.changes.notComparable,
  };
  const refresh = report.refresh && { stacks: report.refresh.stacks };
  const run = { generatedAt, generator, failed, failOn, inventory: { endpoint, syncedAt, staleReason } };
  const head = { ...run, summary, emptyReason, ruleSources, changes, refresh };
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
