const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?)?$/;

/**
 * Parses an ISO 8601 date or time. One without a zone is UTC, whatever the time zone of the machine; `Date.parse` takes a time
 * without a zone as local.
 * @returns milliseconds since 1970, `NaN` if the text is not a date or the date does not exist
 */
export function parseTime(text: string): number {
  const match = iso.exec(text.trim());
  if (!match) return Number.NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const [fraction = "", , sign, zoneHour, zoneMinute] = match.slice(7);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return Number.NaN;
  // 24:00 is the end of the day; a leap second is the first second after it.
  const isEndOfDay = hour === 24 && minute === 0 && second === 0;
  if ((Number(hour) > 23 && !isEndOfDay) || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  if (Number(zoneHour ?? 0) > 23 || Number(zoneMinute ?? 0) > 59) return Number.NaN;
  const offset = (sign === "-" ? -1 : 1) * (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0));
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  return (
    date.getTime() + minutes * 60_000 + Number(second) * 1_000 + Math.trunc(Number(`0.${fraction || "0"}`) * 1_000)
  );
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses a duration such as `90s`, `5m`, `12h` or `30d`. @returns milliseconds, undefined for any other text */
export function durationIn(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,12})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * units[unit as keyof typeof units];
}

/** How far clocks may differ (milliseconds). */
const CLOCK_TOLERANCE_MS = 60_000;

/** Returns whether a time is in the future. The clock that wrote such a time was wrong, so the age of the data is unknown. */
export function isInFuture(time: number): boolean {
  return time > Date.now() + CLOCK_TOLERANCE_MS;
}
