import type { InventoryReader } from "../../model/inventory-reader.js";

/**
 * Returns a function that finds a fact of an inventory once for each reader and key, because a reader's inventory does not change.
 * The facts are kept as long as the reader.
 */
export function readerCache<T>(): (reader: InventoryReader, key: readonly unknown[], find: () => T) => T {
  const byReader = new WeakMap<InventoryReader, Map<string, T>>();
  return (reader, key, find) => {
    let facts = byReader.get(reader);
    if (!facts) byReader.set(reader, (facts = new Map()));
    const name = JSON.stringify(key);
    if (!facts.has(name)) facts.set(name, find());
    return facts.get(name) as T;
  };
}
