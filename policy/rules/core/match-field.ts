import { nearestField, sampleLacking } from "../../../provider/inventory/query/suggestions.js";
import { didYouMean } from "../../../provider/platform/similar-strings.js";
import { KindUnavailableError, type InventoryReader } from "../../../provider/model/inventory-reader.js";
import type { Kind } from "../../../provider/model/records.js";
import { withPlaces } from "../file/expression-places.js";
import { fieldsIn } from "../file/fields.js";
import type { Mistake } from "../file/mistakes.js";
import { valueOf } from "./record-value.js";
import { keyOf } from "../file/reference-key.js";
import { withPlace } from "../file/rule-places.js";
import type { Reference, RulesFile } from "../file/rules-file.js";

/**
 * Returns a mistake for each comparison with a field that no record has. Such comparisons cannot find anything.
 * @param entry one of the rules' references
 */
export function missingMatches(entry: Reference, rules: RulesFile, inventory: InventoryReader): Mistake[] {
  const index = rules.references.indexOf(entry);
  return entry.match.flatMap(({ record: path }, at) => {
    const hint = withPlaces(rules, () => missing(entry.kind, path, inventory));
    if (hint === undefined) return [];
    const message = `the rules' references.${index}.match.${at} compares with "${path}", which no ${entry.kind} has${hint}`;
    const place = ["references", index, "match", at, "record"];
    return [{ path: place, message: withPlace(rules, place, message) }];
  });
}

/**
 * Returns a mistake if no record has the field by which an entry refers to records: nothing can be found.
 * @param entry one of the rules' references
 */
export function missingKey(entry: Reference, rules: RulesFile, inventory: InventoryReader): Mistake | undefined {
  const key = keyOf(entry);
  if (key === undefined || key.by === "id") return undefined;
  const hint = withPlaces(rules, () => missing(entry.kind, key.by, inventory));
  if (hint === undefined) return undefined;
  const index = rules.references.indexOf(entry);
  const message = `the rules' references.${index}.by looks up "${key.by}", which no ${entry.kind} has${hint}`;
  const place = ["references", index, "by"];
  return { path: place, message: withPlace(rules, place, message) };
}

/** Returns a suggestion if no record has the field; undefined if one has. */
function missing(kind: Kind, path: string, inventory: InventoryReader): string | undefined {
  try {
    const without = sampleLacking(inventory, kind, (record) => valueOf(record, path) !== undefined, fieldsIn(path));
    const near = without && nearestField(path, without, path.startsWith("attributes.") ? "where" : "match");
    return without && didYouMean(near && `"${near}"`);
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}
