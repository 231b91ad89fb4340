import { csvTable } from "../../formats/text/csv-table.js";
import { printable } from "../../../provider/platform/printable.js";
import type { Adoption } from "../report/schema.js";
import { evidenceText } from "../report/evidence-text.js";

const columns = ["confidence", "stack", "urn", "type", "kind", "recordId", "pattern", "reason", "evidence"];

/** Formats matches and candidates as a table for a spreadsheet, one line for each record of a resource. */
export function formatCsv({ matches, ambiguous, patterns }: Adoption): string {
  const decided = matches.map(({ confidence, stack, urn, type, kind, recordId, pattern, evidence }) => {
    const { by, value } = pattern === undefined ? {} : (patterns[pattern] ?? {});
    const rule = by === undefined ? "" : `${value} = ${by}`;
    return [confidence, stack, urn, type, kind, recordId, rule, "", evidence.map(evidenceText).join("; ")];
  });
  const open = ambiguous.flatMap(({ stack, urn, type, reason, candidates }) =>
    candidates.map(({ kind, recordId, evidence }) => {
      return ["ambiguous", stack, urn, type, kind, recordId, "", reason, evidence.map(evidenceText).join("; ")];
    }),
  );
  return csvTable(
    columns,
    [...decided, ...open].map((row) => row.map(printable)),
  );
}
