/** Matches the three date formats of HTTP. `Date.parse` accepts almost any text with a number. */
const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/** Parses an HTTP date. Its form without a zone (`Sun Nov  6 08:49:37 1994`) is GMT too; `Date.parse` takes that one as local. */
export function parseHttpDate(text: string): number {
  return httpDate.test(text) ? Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text) : Number.NaN;
}

/**
 * Reads a `Retry-After` header, which holds seconds or a date.
 * @param date the `Date` header of the same response: the server's clock, which may differ from ours
 * @returns milliseconds to wait, never negative; undefined if the header is absent or invalid
 */
export function retryAfter(header: string | null, date: string | null = null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = parseHttpDate(text);
  const serverNow = date === null ? Number.NaN : parseHttpDate(date.trim());
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
