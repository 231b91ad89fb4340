import type { Report } from "../report/schema.js";
import { safeJson } from "./text/safe-json.js";

/** Maximum number of stacks, findings, records and resources of an indented report. */
const readable = 10_000;

/** Number of entries of a list that are formatted at a time. */
const entriesAtATime = 100;

/** Formats JSON (schemas/drift-report.schema.json), in parts: the text of a large report would need more memory than the report. */
export function* formatJson(report: Report): Generator<string> {
  const { stacks, referencing, records } = report.summary;
  const isLarge = stacks + referencing + records + report.findings.length > readable;
  if (isLarge) yield* inParts(report);
  else yield safeJson(report, 2);
  yield "\n";
}

function* inParts(report: Report): Generator<string> {
  const members = Object.entries(report).filter(([, value]) => value !== undefined);
  for (const [index, [name, value]] of members.entries()) {
    yield `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`;
    if (!Array.isArray(value)) yield safeJson(value);
    else yield* listInParts(value);
  }
  yield "}";
}

function* listInParts(list: readonly unknown[]): Generator<string> {
  yield "[";
  for (let start = 0; start < list.length; start += entriesAtATime) {
    const part = safeJson(list.slice(start, start + entriesAtATime)).slice(1, -1);
    yield start === 0 ? part : `,${part}`;
  }
  yield "]";
}
