import type { DatabaseSync } from "node:sqlite";
import { collections } from "../inventory/records.js";
import { Store } from "../inventory/store.js";

/** How many records of each kind there are, and how old they are. */
export function heldRecords(db: DatabaseSync): string {
  const states = [...new Store(db).states().values()];
  const ages = states.map(({ kind, syncedAt, count }) => {
    const minutes = Math.round((Date.now() - syncedAt) / 60_000);
    return `${count} ${collections[kind]} ${minutes} min old`;
  });
  return ages.join(", ") || "none";
}
