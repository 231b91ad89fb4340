import { defaultFieldMap } from "../model/field-map.js";
import { collections, kinds, type Kind } from "../model/records.js";
import { Mirror } from "./mirror/mirror.js";
import { openMemory } from "./store/database.js";
import { Writer } from "./store/writer.js";

/** Records as the API sends them, by collection. A collection that is left out has no records. */
type MemoryRecords = Readonly<Partial<Record<(typeof collections)[Kind], readonly object[] | undefined>>>;

/** Returns an inventory in memory. The records are written as a sync does, so that named fields are read as from the API. */
export function openMemoryInventory(records: MemoryRecords): Mirror {
  const db = openMemory();
  const writer = new Writer({ db }, defaultFieldMap, Date.now());
  for (const kind of kinds) {
    writer.begin(kind);
    writer.add(kind, Buffer.from(JSON.stringify(records[collections[kind]] ?? [])));
  }
  writer.commit(new Map(kinds.map((kind) => [kind, { is: "loaded" }])), { versions: 1, days: 1 });
  return new Mirror(db, { endpoint: "memory", file: ":memory:" });
}
