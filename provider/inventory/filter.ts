import { canonical } from "./unicode.js";
import { fieldValues, isNamedField, type InventoryRecord, type NamedFields } from "./records.js";

/** Returns the texts of a named field that a condition compares: each of its values, and the joined text if there are several. */
export function textsOf(record: InventoryRecord, field: keyof NamedFields): readonly string[] {
  const values = fieldValues(record, field);
  const shown = record[field];
  return values.length > 1 && shown !== undefined ? [...values, shown] : values;
}

/**
 * Returns what reads the texts that a filter of this name compares. A name that is no named field belongs to the record as it
 * came: `vendor` means `attributes.vendor`.
 */
export function filterTexts(name: string): (record: InventoryRecord) => readonly string[] {
  if (isNamedField(name)) return (record) => textsOf(record, name);
  const path = name.split(".");
  const atTop = name === "id" || path[0] === "attributes";
  return (record) => collect(atTop ? record : record.attributes, path);
}

/** Returns the test of a filter's value. `*` stands for any text; a country is compared by its code. */
export function filterValue(name: string, value: string): (text: string) => boolean {
  const country = filterCountry(name, value);
  return country === undefined ? wildcard(value) : (text) => countryCode(text) === country;
}

/** Returns the code of the country that a filter's value names; undefined if it is no filter of countries, or names none. */
export function filterCountry(name: string, value: string): string | undefined {
  return name === "country" && !value.includes("*") ? countryCode(value) : undefined;
}

/** Loads the table of countries for a filter of countries only, because it takes some milliseconds. */
export function countryCode(text: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require("./countries.js") as typeof import("./countries.js")).countryCode(text);
}

/** `*` stands for any text; everything else is compared in its canonical Unicode form. */
function wildcard(written: string): (text: string) => boolean {
  const fits = canonicalWildcard(canonical(written));
  return (text) => fits(canonical(text));
}

function canonicalWildcard(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of middle) {
      const next = text.indexOf(part, at);
      if (next < 0 || next + part.length > end) return false;
      at = next + part.length;
    }
    return true;
  };
}

function collect(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => collect(entry, path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === "object" ? [] : value === undefined ? [] : [String(value)];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return collect((value as Record<string, unknown>)[name], rest);
}
