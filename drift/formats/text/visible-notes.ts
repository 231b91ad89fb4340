import { didYouMean } from "../../../provider/platform/similar-strings.js";
import type { Report, ReportNote } from "../../report/schema.js";

/**
 * Returns the notes to print. Rules serve many stacks, so an entry without resources in one plan is normal: it is printed only
 * with `verbose`, or if the entry is required or nothing was compared, because of a probable typo.
 */
export function visibleNotes({ notes, plan, summary }: Report, verbose = false): string[] {
  const all = verbose || !plan || summary.referencing === 0;
  const told = notes.filter(({ about, required }) => all || required || about !== "rules-entry");
  // Unchecked rules come first, because a format can truncate the list.
  const isUnchecked = ({ unchecked }: ReportNote): boolean => unchecked !== undefined;
  return [...told.filter(isUnchecked), ...told.filter((note) => !isUnchecked(note))].map(
    ({ message, nearest }) => message + didYouMean(nearest && JSON.stringify(nearest)),
  );
}
