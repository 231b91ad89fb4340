import { compileWildcard } from "../../platform/wildcard.js";
import { fieldValues, isNamedField, type InventoryRecord, type NamedFields } from "../../model/records.js";

/** Returns the texts of a named field that a condition compares: each of its values, and the joined text if there are several. */
export function textsOf(record: InventoryRecord, field: keyof NamedFields): readonly string[] {
  const values = fieldValues(record, field);
  const shown = record[field];
  return values.length > 1 && shown !== undefined ? [...values, shown] : values;
}

/**
 * Returns a function that reads the texts that a filter of this name compares. A name that is not a named field belongs to the
 * API's record: `vendor` means `attributes.vendor`.
 */
export function filterTexts(name: string): (record: InventoryRecord) => readonly string[] {
  if (isNamedField(name)) return (record) => textsOf(record, name);
  const path = name.split(".");
  const atTop = name === "id" || path[0] === "attributes";
  return (record) => collect(atTop ? record : record.attributes, path);
}

/** Returns the test of a filter's value. `*` matches any text. Countries are compared by code. */
export function filterValue(name: string, value: string): (text: string) => boolean {
  const country = filterCountry(name, value);
  return country === undefined ? compileWildcard(value) : (text) => countryCode(text) === country;
}

/** Returns the code of the country in a filter's value; undefined if the filter is not of countries or the country is unknown. */
export function filterCountry(name: string, value: string): string | undefined {
  return name === "country" && !value.includes("*") ? countryCode(value) : undefined;
}

/** Loads the table of countries for a filter of countries only, because it takes some milliseconds. */
export function countryCode(text: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require("../../model/countries.js") as typeof import("../../model/countries.js")).countryCode(text);
}

function collect(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => collect(entry, path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === "object" ? [] : value === undefined ? [] : [String(value)];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return collect((value as Record<string, unknown>)[name], rest);
}
