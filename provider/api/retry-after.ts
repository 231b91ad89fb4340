/** A date as HTTP writes it, in any of its three forms: JavaScript would take almost any text with a number for one. */
const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/**
 * Reads a `Retry-After` header, which holds seconds or a date.
 * @param date the `Date` header of the same answer: the clock that the server's dates go by, which may not be ours
 * @returns milliseconds to wait, never negative; undefined where the header is absent or makes no sense
 */
export function retryAfter(header: string | null, date: string | null = null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!httpDate.test(text)) return undefined;
  const until = Date.parse(text);
  const serverNow = date !== null && httpDate.test(date) ? Date.parse(date) : NaN;
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
