import { didYouMean, nearestField, recordsWithout } from "../../provider/inventory/hints.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import { withPlaces } from "./expression-places.js";
import { fieldsIn } from "./fields.js";
import { valueOf } from "./record-value.js";
import type { Reference, RulesFile } from "./rules-file.js";

/**
 * Comparisons of an entry with what no record has, in words: they find nothing, whatever the records say.
 * @param entry one of the rules' references
 */
export function missingMatches(entry: Reference, rules: RulesFile, inventory: InventoryReader): string[] {
  const index = rules.references.indexOf(entry);
  return entry.match.flatMap(({ record: path }, at) => {
    const hint = withPlaces(rules, () => missing(entry.kind, path, inventory));
    const place = `the rules' references.${index}.match.${at}`;
    return hint === undefined ? [] : [`${place} compares with "${path}", which no ${entry.kind} has${hint}`];
  });
}

/** Where no record has a field: the nearest that one has, in words. */
function missing(kind: Kind, path: string, inventory: InventoryReader): string | undefined {
  try {
    const without = recordsWithout(inventory, kind, (record) => valueOf(record, path) !== undefined, fieldsIn(path));
    const near = without && nearestField(path, without, path.startsWith("attributes.") ? "where" : "match");
    return without && didYouMean(near && `"${near}"`);
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}
