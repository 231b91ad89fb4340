import type { Attributes } from "./records.js";
import { parseTime } from "../platform/time.js";

/** When the records of a page were changed, in milliseconds since the epoch. */
export interface PageTimes {
  readonly newest: number;
  readonly oldest: number;
  /** Whether no record is newer than the one before it. */
  readonly isDescending: boolean;
}

/**
 * Returns when a record was last changed: its `updatedAt` [spec], in milliseconds since the epoch. Without a zone it
 * is UTC. [assumed] Returns NaN if the field is absent or not a date.
 */
export function updatedAtOf(record: Attributes): number {
  const text = record["updatedAt"];
  if (typeof text !== "string") return NaN;
  // The format of the API. Date.parse is several times faster for it.
  return text.endsWith("Z") ? Date.parse(text) : parseTime(text);
}

/** Returns the times of a page's records; undefined if it is empty, or if a record has no valid `updatedAt`. */
export function timesOf(page: readonly Attributes[]): PageTimes | undefined {
  let newest = -Infinity;
  let oldest = Infinity;
  let isDescending = true;
  for (const record of page) {
    const time = updatedAtOf(record);
    if (Number.isNaN(time)) return undefined;
    if (time > oldest) isDescending = false;
    if (time > newest) newest = time;
    if (time < oldest) oldest = time;
  }
  return page.length === 0 ? undefined : { newest, oldest, isDescending };
}
