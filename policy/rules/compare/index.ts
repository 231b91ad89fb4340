import { sameAddress, withinNetwork } from "./addresses.js";
import type { Agreement, Compare, Tolerance } from "./agreement.js";
import { sameBandwidth } from "./bandwidth.js";
import { compareLists, compareObjects } from "./lists.js";
import { sameMac } from "./mac.js";
import { fitsPattern } from "./pattern.js";
import { sameDate, sameNumber } from "./quantity.js";
import { isOneOf, sameLetters, sameText, sameTrimmed } from "./text.js";

const compareBy = {
  equals: sameText,
  "ignore-case": sameLetters,
  trimmed: sameTrimmed,
  number: sameNumber,
  ip: sameAddress,
  cidr: withinNetwork,
  regex: fitsPattern,
  "one-of": isOneOf,
  date: sameDate,
  mac: sameMac,
  bandwidth: sameBandwidth,
} satisfies Record<string, Compare>;

/** The name of a comparator. */
export type Comparator = keyof typeof compareBy;

/** The names of all comparators. */
export const comparators = Object.keys(compareBy) as [Comparator, ...Comparator[]];

/** A custom comparator of rules in TypeScript. It receives both values unchanged, including lists. */
export type CompareFunction = (property: unknown, record: unknown) => boolean;

/** Comparators for which the record has allowed values instead of actual ones. */
const containing: ReadonlySet<Comparator> = new Set<Comparator>(["cidr", "regex", "one-of"]);

/** Options of a comparison. */
export interface CompareOptions {
  /** Tolerance for numbers and dates. Default: none. */
  readonly tolerance?: Tolerance | undefined;
  /** True if the order of lists matters. Default: lists are compared as sets. */
  readonly ordered?: boolean | undefined;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Compares a property with a record's value. Lists are compared element by element: as sets unless `ordered`. A single property
 * agrees with a record's list if any element agrees.
 * @returns whether they agree, or the reason why they cannot be compared
 */
export function agrees(
  as: Comparator | CompareFunction,
  property: unknown,
  record: unknown,
  { tolerance, ordered = false }: CompareOptions = {},
): Agreement {
  if (typeof as === "function") return as(property, record);
  const compare = (one: unknown, other: unknown): Agreement => {
    if (one === undefined || one === null || other === undefined || other === null) return one === other;
    if (Array.isArray(one) || Array.isArray(other))
      return compareLists(one, other, { ordered, within: containing.has(as) }, compare);
    if (as !== "bandwidth" && (isObject(one) || isObject(other)))
      return isObject(one) && isObject(other) && compareObjects(one, other, compare);
    return compareBy[as](one, other, tolerance);
  };
  return compare(property, record);
}
