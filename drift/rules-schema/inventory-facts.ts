import { fieldPaths } from "../../provider/inventory/query/suggestions.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { fieldValues, kinds, type Kind } from "../../provider/model/records.js";

/** What the records of a kind have. */
export interface KindFacts {
  readonly ids: readonly string[];
  /** Named fields that at least one record has, such as `ipAddress`. */
  readonly named: readonly string[];
  /** JMESPath of the fields of the API that at least one record has, without `attributes.`. */
  readonly attributes: readonly string[];
  /** Status values, and the number of records with each; the most frequent first. */
  readonly statuses: ReadonlyMap<string, number>;
}

/** The facts by kind. A kind that the inventory lacks is absent. */
export type InventoryFacts = Readonly<Partial<Record<Kind, KindFacts>>>;

/** Reads all records, and returns the names that a rules file can use. */
export function factsOf(inventory: InventoryReader): InventoryFacts {
  const { counts } = inventory.info();
  return Object.fromEntries(
    kinds.filter((kind) => counts[kind] !== undefined).map((kind) => [kind, factsOfKind(inventory, kind)]),
  );
}

function factsOfKind(inventory: InventoryReader, kind: Kind): KindFacts {
  const ids: string[] = [];
  const named = new Set<string>();
  const attributes = new Set<string>();
  const statuses = new Map<string, number>();
  for (const record of inventory.list(kind)) {
    const { kind: _kind, id, attributes: ofApi, ...fields } = record;
    ids.push(id);
    for (const path of fieldPaths(fields)) named.add(path);
    for (const path of fieldPaths(ofApi, -Infinity)) attributes.add(path);
    for (const status of fieldValues(record, "status")) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const sorted = [...statuses].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return { ids, named: [...named].sort(), attributes: [...attributes].sort(), statuses: new Map(sorted) };
}
