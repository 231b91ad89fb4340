import { didYouMean } from "../../provider/inventory/hints.js";
import type { Report, ReportNote } from "../report/schema.js";

/**
 * The notes that are told. Rules are made for many stacks: that one plan has nothing of what an entry governs is told to who
 * wants to know all; to anybody where the entry is required or nothing was compared, as it may be mistyped.
 */
export function toldNotes({ notes, plan, summary }: Report, verbose = false): string[] {
  const all = verbose || !plan || summary.referencing === 0;
  const told = notes.filter(({ about, required }) => all || required || about !== "rules-entry");
  // What was not checked comes first: not all may be shown.
  const isUnchecked = ({ unchecked }: ReportNote): boolean => unchecked !== undefined;
  return [...told.filter(isUnchecked), ...told.filter((note) => !isUnchecked(note))].map(
    ({ message, nearest }) => message + didYouMean(nearest && JSON.stringify(nearest)),
  );
}
