import { bandwidthForm } from "../../../policy/rules/compare/bandwidth.js";
import type { Comparator } from "../../../policy/rules/compare/index.js";
import { keyForm } from "../../../provider/model/keys/index.js";
import { fieldValues, type InventoryRecord, type NamedFields } from "../../../provider/model/records.js";
import { placeOf } from "./fields.js";

/**
 * Fields that do not identify a record, but that a resource can repeat. The status has a rule of its own, and times and the customer
 * describe no resource.
 */
export const comparedFields = [
  ...["type", "category", "offer", "manufacturer", "model", "role", "bandwidth", "country"],
  ...["locationId", "servicePointId"],
] as readonly (keyof NamedFields)[];

/** The city of a location. */
export const CITY = "attributes.address.city";

/** All compared fields in the order of the output, as JMESPath on the record. */
export const comparedPaths: readonly string[] = [...comparedFields, CITY];

/** Maximum length of a compared value, in UTF-16 units. */
const MAX_LENGTH = 100;

/** Returns the form in which a text is compared with a field; undefined if it cannot be. */
export function comparedForm(path: string, text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  return path === "bandwidth" ? bandwidthForm(text) : keyForm("ignore-case", text);
}

/** Returns the forms of the text of a resource: as a text, and as a bandwidth. */
export function formsOf(text: string): readonly [plain: string | undefined, bandwidth: string | undefined] {
  return [comparedForm("", text), comparedForm("bandwidth", text)];
}

/** Returns the values of a record in a compared field. */
export function comparedValues(record: InventoryRecord, path: string): readonly string[] {
  if (path !== CITY) return fieldValues(record, path as keyof NamedFields);
  const city = record.kind === "location" ? placeOf(record)?.city : undefined;
  return city === undefined ? [] : [city];
}

/** Returns the comparator for a field. @param isExact whether all values are spelled alike */
export function comparatorFor(path: string, isExact: boolean): Comparator {
  return path === "bandwidth" ? "bandwidth" : isExact ? "equals" : "ignore-case";
}
