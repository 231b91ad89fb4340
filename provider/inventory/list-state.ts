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

/** Reads the state that {@link JSON.stringify} wrote; undefined if there is none, or if the mirror is damaged. */
export function parseListState(text: string | undefined): ListState | undefined {
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as ListState;
    return typeof state.fullAt === "number" ? state : undefined;
  } catch {
    return undefined;
  }
}
