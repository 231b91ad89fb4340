import type { Agreement, Tolerance } from "./agreement.js";

function asNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** What may lie between two numbers: so much, or such a part of the record's. */
function allowance(tolerance: Tolerance | undefined, record: number): number {
  if (tolerance === undefined) return 0;
  if (typeof tolerance === "number") return tolerance;
  return (Math.abs(record) * Number(tolerance.slice(0, -1))) / 100;
}

/** Numbers, however they are written. */
export function sameNumber(property: string, record: string, tolerance?: Tolerance): Agreement {
  const wanted = asNumber(record);
  if (Number.isNaN(wanted)) return `${JSON.stringify(record)} is no number`;
  const found = asNumber(property);
  // What decimal fractions lose in binary is no difference.
  return Math.abs(found - wanted) <= allowance(tolerance, wanted) * (1 + Number.EPSILON);
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

function asDate(text: string): number {
  const trimmed = text.trim();
  if (/^\d{9,10}$/.test(trimmed)) return Number(trimmed) * 1000;
  if (/^\d{12,13}$/.test(trimmed)) return Number(trimmed);
  return /^\d{4}-\d{2}-\d{2}/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
}

/** The same moment, or the same day (UTC) where one of the two is a day; the tolerance is in seconds. */
export function sameDate(property: string, record: string, tolerance?: Tolerance): Agreement {
  const wanted = asDate(record);
  if (Number.isNaN(wanted))
    return `${JSON.stringify(record)} is no date (ISO 8601, or seconds or milliseconds since 1970)`;
  const found = asDate(property);
  if (Number.isNaN(found)) return false;
  const days = dateOnly.test(property.trim()) || dateOnly.test(record.trim());
  if (days && new Date(found).toISOString().slice(0, 10) === new Date(wanted).toISOString().slice(0, 10)) return true;
  return Math.abs(found - wanted) <= (typeof tolerance === "number" ? tolerance * 1000 : 0);
}
