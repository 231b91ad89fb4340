import type { DatabaseSync } from "node:sqlite";
import { openMemory } from "../../../provider/inventory/store/database";
import { defaultFieldMap, type FieldMap } from "../../../provider/model/field-map";
import type { Retention } from "../../../provider/model/retention";
import type { Kind } from "../../../provider/model/records";
import { Store } from "../../../provider/inventory/store/store";
import { Writer, type Outcome } from "../../../provider/inventory/store/writer";
import { bytes } from "./files";

/** Milliseconds. */
export const day = 24 * 60 * 60 * 1000;
/** When the first sync of {@link write} begins. */
export const start = Date.UTC(2026, 0, 1);
export const keepAll: Retention = { versions: 20, days: 3_000 };
export type Records = Partial<Record<Kind, readonly object[] | Outcome>>;

/** A mirror in memory, new for each test. */
export let db: DatabaseSync;
beforeEach(() => (db = openMemory()));
afterEach(() => {
  if (db.isOpen) db.close();
});

/** One sync: pages of `size` records of each kind, or how its list ended otherwise. */
export function write(
  records: Records,
  at = 0,
  { keep = keepAll, size = 1_000, map = defaultFieldMap as FieldMap } = {},
): void {
  const writer = new Writer({ db }, map, start + at * day);
  const outcomes = new Map<Kind, Outcome>();
  for (const [kind, list] of Object.entries(records) as [Kind, readonly object[] | Outcome][]) {
    if ("is" in list) {
      outcomes.set(kind, list);
      continue;
    }
    writer.begin(kind);
    for (let from = 0; from < list.length; from += size) writer.add(kind, bytes(list.slice(from, from + size)));
    outcomes.set(kind, { is: "loaded" });
  }
  writer.commit(outcomes, keep);
  writer.close();
}

/** The ids of the records of a kind. */
export const held = (kind: Kind = "location"): string[] => [...new Store(db).records(kind)].map(({ id }) => id);
