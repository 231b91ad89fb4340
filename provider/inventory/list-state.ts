import type { WhyNotChanges } from "../api/list-changes.js";
import type { KnownList } from "../api/page-tags.js";

/** How far the clocks of the API's servers may differ, in milliseconds: so much older than the newest record known, a change is still looked for. */
export const CLOCK_SKEW = 10 * 60 * 1000;

/** What the mirror remembers of a kind's list from one sync to the next; times are milliseconds since the epoch. */
export interface ListState {
  /** The ETags of its pages, if it has not changed since they were read. */
  readonly pages?: KnownList | undefined;
  /** When the newest of its records was changed; absent if a record has no valid `updatedAt`, or if no total was announced. */
  readonly newest?: number | undefined;
  /** How long the read took that found the newest: what changed meanwhile may be older. */
  readonly duration?: number | undefined;
  /** When it was last read in full. */
  readonly fullAt: number;
  /** The server refuses `sort=id`. */
  readonly sortRefused?: boolean | undefined;
  /** Why changes cannot be read, and since when that is known. */
  readonly noChanges?: { readonly why: "refused" | "unordered"; readonly at: number } | undefined;
}

/** Parses the JSON of a list state; undefined if the text is missing or invalid. */
export function parseListState(text: string | undefined): ListState | undefined {
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as ListState;
    return typeof state.fullAt === "number" ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Why reading the changes of a list does not suffice, in words. */
export const WHY_FULL = {
  refused: "the server does not sort by updatedAt",
  unordered: "the server does not sort by updatedAt",
  undated: "a record has no updatedAt",
  uncounted: "the server announces no total",
  removed: "records were removed",
  outdated: "the newest record of the server is older than the newest one known",
  moved: "the list changed while it was read",
} as const satisfies Record<WhyNotChanges, string>;

/** Returns what a server cannot do that makes each refresh of a list longer; empty if a refresh reads only changes. */
export function limitationsOf({ newest, noChanges, sortRefused }: ListState): string[] {
  return [
    ...(noChanges ? [WHY_FULL[noChanges.why]] : []),
    ...(newest === undefined && !noChanges ? ["a record has no updatedAt, or the server announces no total"] : []),
    ...(sortRefused ? ["the server refuses sort=id"] : []),
  ];
}
