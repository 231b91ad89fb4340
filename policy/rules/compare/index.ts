import { isDeepStrictEqual } from "node:util";
import type { Agreement, Tolerance } from "./agreement.js";
import { sameAddress, withinNetwork } from "./addresses.js";
import { fitsPattern } from "./pattern.js";
import { sameDate, sameNumber } from "./quantity.js";

const folded = (text: string): string => text.trim().toLowerCase();

function isOneOf(property: string, record: string): boolean {
  return record.split(/[,;]/).some((entry) => entry.trim() === property.trim());
}

const byText = {
  equals: (property, record) => property === record,
  "ignore-case": (property, record) => folded(property) === folded(record),
  trimmed: (property, record) => property.trim() === record.trim(),
  number: sameNumber,
  ip: sameAddress,
  cidr: withinNetwork,
  regex: fitsPattern,
  "one-of": isOneOf,
  date: sameDate,
} satisfies Record<string, (property: string, record: string, tolerance?: Tolerance) => Agreement>;

/** The name of a comparator. */
export type Comparator = keyof typeof byText;

/** How two values can be compared. */
export const comparators = Object.keys(byText) as [Comparator, ...Comparator[]];

/** A comparator of one's own, where the rules are written in TypeScript. */
export type CompareFunction = (property: unknown, record: unknown) => boolean;

/** Do the property and the record's value agree? */
export function agrees(
  as: Comparator | CompareFunction,
  property: unknown,
  record: unknown,
  tolerance?: Tolerance,
): Agreement {
  if (typeof as === "function") return as(property, record);
  if (property === undefined || property === null) return false;
  if (as === "one-of" && Array.isArray(record))
    return record.some((entry) => agrees("equals", property, entry) === true);
  // An object agrees whatever the order of its keys; a list must have the same order.
  if (typeof property === "object" || typeof record === "object") return isDeepStrictEqual(property, record);
  return byText[as](String(property), String(record), tolerance);
}
