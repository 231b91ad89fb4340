import type { WhyNotChanges } from "../api/paging/list-changes.js";
import type { ListValidators } from "../api/paging/etags.js";

/** Maximum difference of the clocks of the API's servers, in milliseconds. Changes are read from that much before the newest known record. */
export const CLOCK_SKEW = 10 * 60 * 1000;

/** The state of a kind's list that the mirror stores between syncs. Times are milliseconds since the epoch. */
export interface ListState {
  /** The ETags of its pages, if the list has not changed since they were read. */
  readonly pages?: ListValidators | undefined;
  /** When the newest record was changed; absent if a record has no valid `updatedAt`, or if the server sent no total. */
  readonly newest?: number | undefined;
  /** Duration of the read that found the newest record. Changes during that read may be older. */
  readonly duration?: number | undefined;
  /** When the list was last read in full. */
  readonly fullAt: number;
  /** The server rejects `sort=id`. */
  readonly sortRefused?: boolean | undefined;
  /** Why changes cannot be read, and when that was detected. */
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

/** The reasons for reading a list in full. */
export const WHY_FULL = {
  refused: "the server does not sort by updatedAt",
  unordered: "the server does not sort by updatedAt",
  undated: "a record has no updatedAt",
  uncounted: "the server sends no total",
  removed: "records were removed",
  short: "a page has fewer records than the server announces",
  outdated: "the newest record of the server is older than the newest one known",
  moved: "the list changed while it was read",
} as const satisfies Record<WhyNotChanges, string>;

/** Returns why each refresh of a list is slow; empty if a refresh reads only changes. */
export function limitationsOf({ newest, noChanges, sortRefused }: ListState): string[] {
  return [
    ...(noChanges ? [WHY_FULL[noChanges.why]] : []),
    ...(newest === undefined && !noChanges ? ["a record has no updatedAt, or the server sends no total"] : []),
    ...(sortRefused ? ["the server rejects sort=id"] : []),
  ];
}
