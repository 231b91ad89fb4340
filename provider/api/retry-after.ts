/**
 * Reads a `Retry-After` header, which holds seconds or a date.
 * @returns milliseconds to wait, never negative; undefined where the header is absent or makes no sense
 */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
