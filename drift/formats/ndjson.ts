import type { Report } from "../report/schema.js";
import { safeJson } from "./text/safe-json.js";

/** Formats NDJSON (schemas/drift-report-line.schema.json): the summary, then one entry per line. */
export function* formatNdjson(report: Report): Generator<string> {
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
  yield lineOf({ line: "summary", ...head });
  for (const entry of report.stacks) yield lineOf({ line: "stack", ...entry });
  for (const entry of report.findings) yield lineOf({ line: "finding", ...entry });
  for (const entry of report.coverage) yield lineOf({ line: "record", ...entry });
  for (const entry of report.changes?.records ?? []) yield lineOf({ line: "change", ...entry });
  for (const { change, ...entry } of report.refresh?.resources ?? [])
    yield lineOf({ line: "refresh", change, ...entry });
  for (const entry of report.notes) yield lineOf({ line: "note", ...entry });
}

const lineOf = (entry: { readonly line: string; readonly [member: string]: unknown }): string => `${safeJson(entry)}\n`;
