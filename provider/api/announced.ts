import type { Headers } from "node-fetch";
import { PageError } from "./page-error.js";

/** What an answer says of the list that it is a page of. */
export interface Announced {
  /** How many records there are in all; undefined where that is not said. */
  readonly total: number | undefined;
  /** There are two counts, or a range: the total is no page's. */
  readonly isCertain: boolean;
  /** It is said that more comes. */
  readonly hasNext: boolean;
}

/**
 * The vendor's own sample swaps the two headers on this API: the larger is the total. [assumption 6] What HTTP itself has for
 * that is understood, too: `Content-Range` (RFC 9110, 14.4) and `Link` (RFC 8288).
 * @param length how many records the page has: one count alone is a total where it is larger
 * @throws PageError where one of them is no number: a list of which nobody knows how long it is would be cut short
 */
export function announcedBy(headers: Headers, length: number): Announced {
  const [all, page] = ["X-Total-Count", "X-Result-Count"].map((name) => countIn(headers, name));
  const range = rangeIn(headers);
  // The count of this page alone says nothing about the whole.
  const counts = [all, all === undefined && (page ?? 0) <= length ? undefined : page, range];
  const told = counts.filter((count) => count !== undefined);
  return {
    total: told.length > 0 ? Math.max(...told) : undefined,
    isCertain: range !== undefined || (all !== undefined && page !== undefined),
    hasNext: /;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(headers.get("link") ?? ""),
  };
}

/** Something on the way may have written it twice. */
function countIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim();
  if (!text) return undefined;
  const [first, ...others] = new Set(text.split(",").map((part) => part.trim()));
  if (others.length > 0 || first === undefined || !/^\d{1,15}$/.test(first))
    throw new PageError("shape", `${name} is no number`);
  return Number(first);
}

function rangeIn(headers: Headers): number | undefined {
  const [, total] =
    /^\s*[\w-]+\s+(?:\d{1,15}-\d{1,15}|\*)\/(\d{1,15})\s*$/.exec(headers.get("content-range") ?? "") ?? [];
  return total === undefined ? undefined : Number(total);
}
