import { summarizeList } from "../../../policy/rules/core/show.js";
import { emptyComparisonReason } from "../../report/empty-comparison.js";
import type { Report } from "../../report/schema.js";
import { counted } from "./text.js";

/** Returns a text about stacks without --refresh in a report that has it for others. */
export function notRefreshed({ stacks, refresh }: Pick<Report, "stacks" | "refresh">): string | undefined {
  if (!refresh) return undefined;
  const names = stacks.map(({ name }) => name).filter((name) => !refresh.stacks.includes(name));
  return names.length === 0
    ? undefined
    : `${counted(names.length, "stack")} not refreshed by Pulumi: ${summarizeList(names)}`;
}

/** Maximum number of notes about unchecked rules that every format prints. */
const MAX_UNCHECKED_NAMED = 5;

/** Returns what the report does not cover, so that a report without findings is not misread. */
export function limitations(report: Report): string[] {
  const all = report.notes.filter(({ unchecked }) => unchecked !== undefined).map(({ message }) => message);
  const unchecked = all.slice(0, MAX_UNCHECKED_NAMED);
  if (all.length > MAX_UNCHECKED_NAMED)
    unchecked.push(`${all.length - MAX_UNCHECKED_NAMED} more notes about checks that did not run`);
  return [emptyComparisonReason(report.summary, report.plan), notRefreshed(report), ...unchecked].filter(
    (said) => said !== undefined,
  );
}
