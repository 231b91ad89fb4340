import type { Report } from "../report/schema.js";

/**
 * The notes that are told. Rules are made for many stacks: that one plan has nothing of what an entry governs is told to who
 * wants to know all; to anybody where the entry is required or nothing was compared, as it may be mistyped.
 */
export function toldNotes({ notes, plan, summary }: Report, verbose = false): string[] {
  const all = verbose || !plan || summary.referencing === 0;
  return notes
    .filter(({ about, required }) => all || required || about !== "rules-entry")
    .map(({ message }) => message);
}
