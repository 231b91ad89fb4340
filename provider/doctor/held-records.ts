import type { DatabaseSync } from "node:sqlite";
import { collections } from "../inventory/records.js";
import { Store } from "../inventory/store.js";

/** Milliseconds by which the clock may have been wrong when they were fetched; so whoever opens a mirror sees it, too. */
const tolerance = 60_000;

/** How many records of each kind there are, and how old they are. */
export function heldRecords(db: DatabaseSync): { readonly detail: string; readonly areFromFuture: boolean } {
  const states = [...new Store(db).states().values()];
  const now = Date.now();
  const ages = states.map(({ kind, syncedAt, count }) => {
    const age =
      syncedAt > now + tolerance
        ? `of ${new Date(syncedAt).toISOString()}, which is yet to come`
        : `${Math.max(0, Math.round((now - syncedAt) / 60_000))} min old`;
    return `${count} ${collections[kind]} ${age}`;
  });
  const areFromFuture = states.some(({ syncedAt }) => syncedAt > now + tolerance);
  return { detail: ages.join(", ") || "none", areFromFuture };
}
