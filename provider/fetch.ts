import { CoreInformationClient } from "./api/client.js";
import { ApiError } from "./api/errors.js";
import type { Settings } from "./config.js";
import type { SyncEvent } from "./inventory/events.js";
import type { Load } from "./inventory/load.js";
import type { Kind } from "./inventory/records.js";
import type { KindState } from "./inventory/store.js";
import { sync } from "./inventory/sync.js";

/** One fetch from the API into a mirror. */
export interface Fetch {
  readonly settings: Settings;
  /** Where it goes; it is closed at the end. */
  readonly load: Load;
  /** When it began (milliseconds since the epoch). */
  readonly startedAt: number;
  readonly kinds: readonly Kind[];
  /** What the mirror holds already. */
  readonly held: ReadonlyMap<Kind, KindState>;
  /** Whether every list is read in full, though its changes may suffice. */
  readonly full: boolean;
  readonly tell: (event: SyncEvent) => void;
}

/** Fetches the kinds into the mirror, whole. @throws ApiError; then the mirror is as it was */
export async function fetchInto({ settings, load, startedAt, kinds, held, full, tell }: Fetch): Promise<void> {
  const counts = new Map(kinds.map((kind) => [kind, held.get(kind)?.count ?? 0]));
  let client: CoreInformationClient | undefined;
  try {
    client = new CoreInformationClient(settings.api, {
      onRetry: ({ reason, delay }) => tell({ type: "retry", reason, delay }),
    });
    tell({ type: "started", endpoint: settings.api.endpoint, kinds });
    const onPage = (kind: Kind, count: number, total: number | undefined): void => {
      counts.set(kind, count);
      tell({ type: "progress", kind, count, total });
    };
    const { keep, fullSyncAge, api } = settings;
    // Pages by number and lists in one piece have no changes to ask for.
    const incremental =
      full || !api.paging.sorting || api.paging.style !== "offset" ? undefined : { fullSyncAge: fullSyncAge * 1000 };
    const onNote = (kind: Kind, note: string): void => tell({ type: "note", kind, note });
    const plan = { kinds, held, keep, startedAt, incremental, refusal: refusalNow, onPage, onNote };
    const results = [...(await sync(client, load, plan))];
    tell({
      type: "done",
      endpoint: settings.api.endpoint,
      counts: results.flatMap(([kind, result]) => {
        if (result.is === "refused") return [];
        const { changed, removed, isIncremental } = result;
        return [{ kind, count: counts.get(kind) ?? 0, changed, removed, isIncremental }];
      }),
      refused: results.flatMap(([kind, { is }]) => (is === "refused" ? [kind] : [])),
      milliseconds: Date.now() - startedAt,
    });
  } finally {
    client?.close();
    await load.close();
  }
}

/**
 * Accounts are for international customers only; others get an error, which must not break the rest. [assumption 13] What the
 * token endpoint says is none of it.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.reason !== "http") return undefined;
  return error.status === 404 || (error.status === 403 && error.code !== 53) ? error.message : undefined;
}

/**
 * {@link refusalOf} of an account that may have had them when they were last read: then only the API's own error, which has a
 * code [assumption 11], takes them away, and not one of whatever is on the way.
 * @throws ApiError that says what to do, where they seem to be taken away by something else
 */
function refusalNow(error: unknown, wereGiven: boolean): string | undefined {
  const why = refusalOf(error);
  if (why === undefined || !wereGiven || !(error instanceof ApiError) || error.code !== undefined) return why;
  const hint =
    "accounts were given before, and this error has no code of the API; try again later, and where this account has lost them for good, take the mirror away (orange-cmdb doctor names its file)";
  throw new ApiError({ ...error.fault, hint, cause: error });
}
