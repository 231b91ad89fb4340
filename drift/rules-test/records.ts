import { openMemoryInventory } from "../../provider/inventory/memory.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { collections, kinds, type Kind } from "../../provider/model/records.js";

/** Records as the API sends them, by kind, as a test file writes them. */
export type RecordsByKind = Readonly<Partial<Record<Kind, readonly object[] | undefined>>>;

/** Returns the result of work with an inventory of these records, which it closes. */
export function withInventoryOf<T>(records: RecordsByKind, work: (inventory: InventoryReader) => T): T {
  const inventory = openMemoryInventory(Object.fromEntries(kinds.map((kind) => [collections[kind], records[kind]])));
  try {
    return work(inventory);
  } finally {
    inventory.close();
  }
}
