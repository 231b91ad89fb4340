import { some } from "../../policy/rules/show.js";
import { nothingCompared } from "../report/compared.js";
import type { Report } from "../report/schema.js";
import { counted } from "./numbers.js";

/** Stacks of which Pulumi's own drift was not asked, where it was asked of others. */
export function notRefreshed({ stacks, refresh }: Pick<Report, "stacks" | "refresh">): string | undefined {
  if (!refresh) return undefined;
  const names = stacks.map(({ name }) => name).filter((name) => !refresh.stacks.includes(name));
  return names.length === 0
    ? undefined
    : `Pulumi was not asked for its own drift of ${counted(names.length, "stack")}: ${some(names)}`;
}

/** So many notes of what was not checked are told among what every format says. */
const mostUnchecked = 5;

/** What a report without findings must not be taken to say, as it was not looked at. */
export function notLookedAt(report: Report): string[] {
  const all = report.notes.filter(({ unchecked }) => unchecked !== undefined).map(({ message }) => message);
  const unchecked = all.slice(0, mostUnchecked);
  if (all.length > mostUnchecked) unchecked.push(`${all.length - mostUnchecked} more notes tell what was not checked`);
  return [nothingCompared(report.summary, report.plan), notRefreshed(report), ...unchecked].filter(
    (said) => said !== undefined,
  );
}
