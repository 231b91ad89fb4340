import type { Agreement } from "./agreement.js";

/** Factors of SI prefixes. Bandwidths use powers of 1000. */
const factors: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Matches a prefix and a unit. */
const unitPattern = /^(kilo|mega|giga|tera|[kmgt])?\s*(bits?|b)?\s*(ps|\/s|\/sec|\/second|per second)?$/i;
const byteWord = /^(?:kilo|mega|giga|tera|[kmgt])?\s*(?:byte|octet)/i;
/** Matches a unit with `B`, which is ambiguous. In `MBPS`, in upper case, it is a bit. */
const byteSign = /^[KMGTkmgt]?B(?:ps|\/[sS])?$/;
const amount = /^(\d+(?:[.,]\d+)?)\s*(.*)$/;
/** Matches the enumeration of Google Cloud, such as `BPS_10G`. */
const googleEnum = /^BPS_(\d+[KMGT])$/;

/** A bandwidth in bit/s for each direction. One direction can be missing. */
interface Bandwidth {
  readonly tx?: number;
  readonly rx?: number;
}

const quoted = (value: unknown): string => JSON.stringify(value);

/** Parses an amount and its unit. @returns bit/s, or the reason why it is not a bandwidth */
function parseText(text: string, shown: unknown): number | string {
  const trimmed = text.trim();
  const [, digits, unit = ""] = amount.exec(googleEnum.exec(trimmed)?.[1] ?? trimmed) ?? [];
  if (digits === undefined) return `${quoted(shown)} is not a bandwidth such as "10 Mbit/s"`;
  // A comma before three digits may separate thousands or decimals.
  if (/,\d{3}$/.test(digits)) return `${quoted(shown)} is ambiguous: write the number without a comma`;
  if (unit === "") return `${quoted(shown)} is a bandwidth without a unit such as "Mbit/s"`;
  if (byteWord.test(unit) || byteSign.test(unit))
    return `${quoted(shown)} counts bytes, or means bits: write the unit as "bit/s"`;
  const [matched, prefix = ""] = unitPattern.exec(unit) ?? [];
  const factor = matched === undefined ? undefined : factors[prefix.charAt(0).toLowerCase()];
  if (factor === undefined) return `${quoted(unit)} in ${quoted(shown)} is not a unit of bandwidth such as "Mbit/s"`;
  return Number(digits.replace(",", ".")) * factor;
}

/** Returns the same text for all spellings of a bandwidth; undefined if the text is not one. */
export function bandwidthForm(text: string): string | undefined {
  // Most texts are not bandwidths; this test is faster than the parser.
  const rate = /^\s*(?:\d|BPS_\d)/.test(text) ? parseText(text, text) : text;
  return typeof rate === "number" ? `${rate} bit/s` : undefined;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** Parses `"10 Mbit/s"`, `{tx, rx, unit}` or `{value, unit}`. */
function parse(value: unknown): Bandwidth | string {
  if (typeof value !== "object" || value === null) {
    const rate = parseText(String(value), value);
    return typeof rate === "string" ? rate : { tx: rate, rx: rate };
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const unit = isSet(fields["unit"]) ? String(fields["unit"]) : "";
  const found: { tx?: number; rx?: number } = {};
  for (const direction of ["tx", "rx"] as const) {
    const written = isSet(fields["value"]) ? fields["value"] : fields[direction];
    if (!isSet(written)) continue;
    const text = String(written).trim();
    const rate = parseText(/^[\d.,]+$/.test(text) ? `${text} ${unit}` : text, value);
    if (typeof rate === "string") return rate;
    found[direction] = rate;
  }
  return found.tx === undefined && found.rx === undefined
    ? `${quoted(value)} is not a bandwidth: it has no tx, rx or value`
    : found;
}

/** Returns whether two numbers are equal except for rounding, because decimal fractions are not exact in binary. */
const equal = (one: number | undefined, other: number): boolean =>
  one !== undefined && Math.abs(one - other) <= other * 1e-9;

/** Compares bandwidths in each direction of the record, in any spelling and unit. */
export function sameBandwidth(property: unknown, record: unknown): Agreement {
  const wanted = parse(record);
  if (typeof wanted === "string") return wanted;
  const found = parse(property);
  if (typeof found === "string") return found;
  const { tx, rx } = wanted;
  return (tx === undefined || equal(found.tx, tx)) && (rx === undefined || equal(found.rx, rx));
}
