import { printError } from "../platform/print-error.js";
import { collections, countOf, type Kind } from "../model/records.js";

/** Progress events of opening an inventory. */
export type SyncEvent =
  /** Waiting for another process that fetches the inventory. */
  | { readonly type: "waiting" }
  | { readonly type: "started"; readonly endpoint: string; readonly kinds: readonly Kind[] }
  /** `total` if the server sends it. */
  | { readonly type: "progress"; readonly kind: Kind; readonly count: number; readonly total: number | undefined }
  /** Why a refresh is slow: a list is read in full, or without an order. */
  | { readonly type: "note"; readonly kind: Kind; readonly note: string }
  /** A call failed and is retried; `delay` in milliseconds. */
  | { readonly type: "retry"; readonly reason: string; readonly delay: number }
  /** `counts` of the fetched kinds, `refused` kinds that the API denies, and the duration in `milliseconds`. */
  | {
      readonly type: "done";
      readonly endpoint: string;
      readonly counts: readonly KindCount[];
      readonly refused: readonly Kind[];
      readonly milliseconds: number;
    }
  /** The API is not available, and an older inventory is used. */
  | { readonly type: "stale"; readonly syncedAt: string; readonly reason: string }
  /** An inventory file was downloaded from a URL, which is shown without its query: bytes and milliseconds. */
  | { readonly type: "downloaded"; readonly url: string; readonly size: number; readonly milliseconds: number }
  /** The server confirmed the copy of a URL. */
  | { readonly type: "unchanged"; readonly url: string; readonly milliseconds: number }
  /** The copy of a URL is used without a request: it is pinned, or was just checked. */
  | { readonly type: "cached"; readonly url: string; readonly checkedAt: string }
  /** The mirror is corrupt and is fetched again. */
  | { readonly type: "rebuilt"; readonly reason: string };

/** Numbers of records of a kind after a sync: in all, added or changed, and removed. */
export interface KindCount {
  readonly kind: Kind;
  readonly count: number;
  readonly changed: number;
  readonly removed: number;
  /** Whether the sync read only the changes. */
  readonly isIncremental: boolean;
}

/** Returns an event on one line; undefined for progress. */
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
      return `${event.reason}; retrying in ${Math.ceil(event.delay / 1000)} s`;
    case "done": {
      const counts = event.counts.map((kind) => countOf(kind.count, kind.kind) + describeChanges(kind));
      const refused = event.refused.map((kind) => `; the API denies access to ${collections[kind]}`).join("");
      return `fetched ${counts.join(", ") || "nothing"} from ${event.endpoint} in ${(event.milliseconds / 1000).toFixed(1)} s${refused}`;
    }
    case "stale":
      return `using the inventory of ${event.syncedAt}, because the refresh failed: ${event.reason}`;
    case "downloaded":
      return `downloaded the inventory file ${event.url} (${event.size} bytes) in ${(event.milliseconds / 1000).toFixed(1)} s`;
    case "unchanged":
      return `the inventory file ${event.url} is unchanged; using the cached copy`;
    case "cached":
      return `using the cached copy of ${event.url}, checked ${event.checkedAt}`;
    case "rebuilt":
      return `the mirror is corrupt (${event.reason}): it is fetched again, and its history is lost`;
  }
}

/** Returns whether a kind is unchanged. */
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

/** Returns whether the event is a warning: an older inventory is used, or the history of a mirror is lost. */
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
  const visible = event.type === "done" ? newsOf(event) : isWarning(event) ? event : undefined;
  if (visible === undefined) return;
  printError(`orange-cmdb: ${isWarning(visible) ? "warning: " : ""}${describeEvent(visible)}`);
}
