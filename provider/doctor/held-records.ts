import type { DatabaseSync } from "node:sqlite";
import { isOfLater } from "../inventory/clock.js";
import { collections } from "../inventory/records.js";
import { Store } from "../inventory/store.js";

/** How many records of each kind there are, and how old they are. */
export function heldRecords(db: DatabaseSync): { readonly detail: string; readonly areFromFuture: boolean } {
  const states = [...new Store(db).states().values()];
  const now = Date.now();
  const ages = states.map(({ kind, syncedAt, count }) => {
    const age = isOfLater(syncedAt)
      ? `of ${new Date(syncedAt).toISOString()}, which is yet to come`
      : `${Math.max(0, Math.round((now - syncedAt) / 60_000))} min old`;
    return `${count} ${collections[kind]} ${age}`;
  });
  const areFromFuture = states.some(({ syncedAt }) => isOfLater(syncedAt));
  return { detail: ages.join(", ") || "none", areFromFuture };
}
