import { printError } from "../print-error.js";
import { collections, type Kind } from "./records.js";

/** What happens while an inventory is opened, for whoever wants to show it. */
export type SyncEvent =
  /** Another process fetches the inventory; this one waits for it. */
  | { readonly type: "waiting" }
  | { readonly type: "started"; readonly endpoint: string; readonly kinds: readonly Kind[] }
  /** `total` where it is announced. */
  | { readonly type: "progress"; readonly kind: Kind; readonly count: number; readonly total: number | undefined }
  /** Why a refresh takes longer than it should: a list is read in full, or without an order. */
  | { readonly type: "note"; readonly kind: Kind; readonly note: string }
  /** A call failed and is tried again; `delay` in milliseconds. */
  | { readonly type: "retry"; readonly reason: string; readonly delay: number }
  /** `counts` of the kinds that were fetched, `refused` those that the API does not give; `milliseconds` it took. */
  | {
      readonly type: "done";
      readonly endpoint: string;
      readonly counts: readonly KindCount[];
      readonly refused: readonly Kind[];
      readonly milliseconds: number;
    }
  /** The API cannot be had, and an older inventory is served. */
  | { readonly type: "stale"; readonly syncedAt: string; readonly reason: string }
  /** The mirror is damaged, and has to be fetched anew. */
  | { readonly type: "rebuilt"; readonly reason: string };

/** How many records of a kind there are after a sync, how many of them it added or changed, and how many it removed. */
export interface KindCount {
  readonly kind: Kind;
  readonly count: number;
  readonly changed: number;
  readonly removed: number;
  /** Whether only the changes were read. */
  readonly isIncremental: boolean;
}

/** An event on one line; nothing for what is only shown as it moves. */
export function describeEvent(event: SyncEvent): string | undefined {
  switch (event.type) {
    case "waiting":
      return "waiting for another process that is fetching the inventory";
    case "started":
      return `fetching ${event.kinds.map((kind) => collections[kind]).join(", ")} from ${event.endpoint}`;
    case "progress":
      return undefined;
    case "note":
      return `reading all ${collections[event.kind]}: ${event.note}`;
    case "retry":
      return `${event.reason}; trying again in ${Math.ceil(event.delay / 1000)} s`;
    case "done": {
      const counts = event.counts.map((kind) => `${kind.count} ${collections[kind.kind]}${describeChanges(kind)}`);
      const refused = event.refused.map((kind) => `; the API does not give ${collections[kind]}`).join("");
      return `fetched ${counts.join(", ") || "nothing"} from ${event.endpoint} in ${(event.milliseconds / 1000).toFixed(1)} s${refused}`;
    }
    case "stale":
      return `the inventory of ${event.syncedAt} is used, because a newer one could not be had: ${event.reason}`;
    case "rebuilt":
      return `the mirror is damaged (${event.reason}): it has to be fetched anew, and its history begins again`;
  }
}

/** Whether a kind that was held is as it was. */
function isUnchanged({ changed, removed, count }: KindCount): boolean {
  return changed === 0 && removed === 0 && count > 0;
}

function describeChanges(kind: KindCount): string {
  const { changed, removed, isIncremental } = kind;
  if (isUnchanged(kind)) return " (unchanged)";
  const parts = [
    ...(isIncremental || removed > 0 ? [`${changed} changed`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}

/** Is it told to everybody? An older inventory is used, or a mirror's history begins again. */
export function isWarning({ type }: SyncEvent): boolean {
  return type === "stale" || type === "rebuilt";
}

/** Returns the event with the kinds that a sync changed; undefined if it changed nothing. */
export function newsOf(event: Extract<SyncEvent, { type: "done" }>): SyncEvent | undefined {
  if (!event.counts.some(({ changed, removed }) => changed > 0 || removed > 0)) return undefined;
  return { ...event, counts: event.counts.filter((kind) => !isUnchanged(kind)) };
}

/** Prints warnings and the result of a sync on stderr, for callers without their own output. */
export function tellOnStderr(event: SyncEvent): void {
  const told = event.type === "done" ? newsOf(event) : isWarning(event) ? event : undefined;
  if (told === undefined) return;
  printError(`orange-cmdb: ${isWarning(told) ? "warning: " : ""}${describeEvent(told)}`);
}
