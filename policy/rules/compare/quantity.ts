import { parseTime } from "../../../provider/platform/time.js";
import type { Agreement, Tolerance } from "./agreement.js";

function asNumber(value: unknown): number {
  const text = String(value);
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Returns the allowed difference between two numbers. */
function allowance(tolerance: Tolerance | undefined, record: number): number {
  if (tolerance === undefined) return 0;
  if (typeof tolerance === "number") return tolerance;
  return (Math.abs(record) * Number(tolerance.slice(0, -1))) / 100;
}

/** Compares numbers, in any spelling. */
export function sameNumber(property: unknown, record: unknown, tolerance?: Tolerance): Agreement {
  const wanted = asNumber(record);
  if (Number.isNaN(wanted)) return `${JSON.stringify(record)} is not a number`;
  const found = asNumber(property);
  // Decimal fractions are not exact in binary.
  return Math.abs(found - wanted) <= allowance(tolerance, wanted) * (1 + Number.EPSILON);
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

function asTime(text: string): number {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
  return /^\d{12,13}$/.test(text) ? Number(text) : parseTime(text);
}

/** Compares times, or days (UTC) if one of the two is a day. The tolerance is in seconds. */
export function sameDate(property: unknown, record: unknown, tolerance?: Tolerance): Agreement {
  const [one, other] = [String(property).trim(), String(record).trim()];
  const wanted = asTime(other);
  if (Number.isNaN(wanted))
    return `${JSON.stringify(record)} is not a date (ISO 8601, or seconds or milliseconds since 1970)`;
  const found = asTime(one);
  if (Number.isNaN(found)) return false;
  const days = dateOnly.test(one) || dateOnly.test(other);
  if (days && new Date(found).toISOString().slice(0, 10) === new Date(wanted).toISOString().slice(0, 10)) return true;
  return Math.abs(found - wanted) <= (typeof tolerance === "number" ? tolerance * 1000 : 0);
}
