import { addressForm, addressProblem } from "./address.js";
import { macForm, macProblem } from "./mac.js";
import { foldedText, textOf, trimmedText } from "./text.js";

/** The forms that comparators compare: two values agree if their forms are equal, so an index can hold the forms. */
const forms = {
  equals: textOf,
  "ignore-case": foldedText,
  trimmed: trimmedText,
  ip: addressForm,
  mac: macForm,
} satisfies Record<string, (value: unknown) => string | undefined>;

/** The name of a comparator that an index can use. */
export type KeyComparator = keyof typeof forms;

/** The names of the comparators that an index can use. */
export const keyComparators = Object.keys(forms) as [KeyComparator, ...KeyComparator[]];

/** Returns the form in which a comparator compares a value; undefined if the value is empty, or cannot be compared. */
export function keyForm(as: KeyComparator, value: string | number): string | undefined {
  return String(value).trim() === "" ? undefined : forms[as](value);
}

/** Returns why a value has no form; undefined if it has one. */
export function reasonWithoutForm(as: KeyComparator, value: string): string | undefined {
  if (keyForm(as, value) !== undefined) return undefined;
  if (value.trim() === "") return `${JSON.stringify(value)} is empty`;
  return as === "mac" ? macProblem(value) : addressProblem(value);
}
