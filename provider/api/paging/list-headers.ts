import type { Headers } from "node-fetch";
import { PageError } from "../errors/page-error.js";

/** The pagination headers of a response. */
export interface ListMetadata {
  /** The total number of records; undefined if the server sends none. */
  readonly total: number | undefined;
  /** The number of records of the page, as the server counts them; undefined unless there are two counts. */
  readonly pageCount: number | undefined;
  /** Whether the total is certain: there are two counts, or a range. */
  readonly isCertain: boolean;
  /** Whether the response announces a next page. */
  readonly hasNext: boolean;
}

/**
 * Parses pagination headers. The vendor's sample swaps the two counts of this API, so the larger is the total. [assumption 6] The
 * standard headers `Content-Range` (RFC 9110, 14.4) and `Link` (RFC 8288) are parsed, too.
 * @param length number of records of the page. A single count is a total if it is larger
 * @throws PageError if a count is not a number, because the list could be truncated unnoticed
 */
export function parseListHeaders(headers: Headers, length: number): ListMetadata {
  const [all, page] = ["X-Total-Count", "X-Result-Count"].map((name) => countFrom(headers, name));
  const range = rangeFrom(headers);
  // The count of this page is not the total.
  const counts = [all, all === undefined && (page ?? 0) <= length ? undefined : page, range];
  const announced = counts.filter((count) => count !== undefined);
  const pageCount = all === undefined || page === undefined ? undefined : Math.min(all, page);
  return {
    total: announced.length > 0 ? Math.max(...announced) : undefined,
    pageCount,
    isCertain: range !== undefined || pageCount !== undefined,
    hasNext: /;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(headers.get("link") ?? ""),
  };
}

/** Accepts a header that a proxy has duplicated. */
function countFrom(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim();
  if (!text) return undefined;
  const [first, ...others] = new Set(text.split(",").map((part) => part.trim()));
  if (others.length > 0 || first === undefined || !/^\d{1,15}$/.test(first))
    throw new PageError("shape", `${name} is not a number`);
  return Number(first);
}

function rangeFrom(headers: Headers): number | undefined {
  const [, total] =
    /^\s*[\w-]+\s+(?:\d{1,15}-\d{1,15}|\*)\/(\d{1,15})\s*$/.exec(headers.get("content-range") ?? "") ?? [];
  return total === undefined ? undefined : Number(total);
}
