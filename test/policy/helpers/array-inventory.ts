import { distance } from "fastest-levenshtein";
import { KindUnavailableError, type InventoryReader } from "../../../provider/model/inventory-reader.js";
import { predicate } from "../../../provider/inventory/query/query.js";
import { TextForms } from "../../../provider/platform/unicode.js";
import { kinds, type InventoryRecord, type Kind } from "../../../provider/model/records.js";

/** An inventory over an array of records; `held` says which kinds it has, as an account may be refused some. */
export function arrayInventory(
  records: readonly InventoryRecord[],
  held: readonly Kind[] = kinds,
  syncedAt = new Date(),
): InventoryReader {
  const byKind = new Map(
    held.map((kind) => [
      kind,
      new Map(
        records
          .filter((record) => record.kind === kind)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((record) => [record.id, record]),
      ),
    ]),
  );
  const of = <K extends Kind>(kind: K): ReadonlyMap<string, InventoryRecord<K>> => {
    const found = byKind.get(kind);
    if (!found) throw new KindUnavailableError(`no ${kind} in this inventory`);
    return found as unknown as ReadonlyMap<string, InventoryRecord<K>>;
  };
  return {
    info: () => ({
      endpoint: "http://127.0.0.1/test",
      syncedAt: syncedAt.toISOString(),
      counts: Object.fromEntries(held.map((kind) => [kind, of(kind).size])),
    }),
    get: (kind, id) => of(kind).get(new TextForms(of(kind)).find(id) ?? id),
    list: (kind, query = {}) => [...of(kind).values()].filter(predicate(query)).slice(0, query.limit),
    nearest: (kind, text, by, count = 3) =>
      [...of(kind).values()]
        .map((record) => (by === "id" ? record.id : (record.name ?? "")))
        .filter((candidate) => distance(candidate, text) <= 3)
        .slice(0, count),
  };
}
