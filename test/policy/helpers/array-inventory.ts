import { distance } from "fastest-levenshtein";
import { KindUnavailableError, type InventoryReader } from "../../../provider/inventory/inventory.js";
import { kinds, type InventoryRecord, type Kind } from "../../../provider/inventory/records.js";

/** An inventory over an array of records; `held` says which kinds it has, as an account may be refused some. */
export function arrayInventory(records: readonly InventoryRecord[], held: readonly Kind[] = kinds): InventoryReader {
  const of = (kind: Kind): InventoryRecord[] => {
    if (!held.includes(kind)) throw new KindUnavailableError(`no ${kind} in this inventory`);
    return records.filter((record) => record.kind === kind).sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  return {
    info: () => ({
      endpoint: "http://127.0.0.1/test",
      syncedAt: "2026-01-01T00:00:00.000Z",
      counts: Object.fromEntries(held.map((kind) => [kind, of(kind).length])),
    }),
    get: (kind, id) => of(kind).find((record) => record.id === id),
    list: (kind, query) => of(kind).slice(0, query?.limit),
    nearest: (kind, text, by, count = 3) =>
      of(kind)
        .map((record) => (by === "id" ? record.id : (record.name ?? "")))
        .filter((candidate) => distance(candidate, text) <= 3)
        .slice(0, count),
  };
}
