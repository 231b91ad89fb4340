import { z } from "zod";
import { parseTime } from "../../../provider/platform/time.js";

/** The end of an ignore entry: a day, or a time with or without a zone. Without a zone it is UTC. */
export const endDate = z.union([z.iso.date(), z.iso.datetime({ local: true, offset: true })], {
  error: "is not a date such as 2026-12-31, nor a time such as 2026-12-31T18:00:00Z or 2026-12-31T18:00:00+01:00",
});

/** Returns the moment when an entry ends: the end of the day (UTC) if it is a day. */
export function expiryDate(until: string): Date {
  return new Date(parseTime(until.length === 10 ? `${until}T23:59:59.999Z` : until));
}
