import type { Report } from "../report/schema.js";

/**
 * The notes that are told. Rules are made for many stacks: that one plan has nothing of what they govern is told to who
 * wants to know all.
 */
export function toldNotes({ notes, plan }: Report, verbose = false): string[] {
  return notes.filter(({ about }) => verbose || !plan || about !== "rules-entry").map(({ message }) => message);
}
