import { CoreInformationClient } from "../api/client.js";
import { ApiError } from "../api/errors/errors.js";
import type { Settings } from "../settings/resolve.js";
import type { SyncEvent } from "./events.js";
import type { SyncWriter } from "./mirror/sync-writer.js";
import type { Kind } from "../model/records.js";
import type { KindState } from "./store/store.js";
import { sync } from "./sync.js";

/** One fetch from the API into a mirror. */
export interface Fetch {
  readonly settings: Settings;
  /** The writer of the mirror, which is closed at the end. */
  readonly load: SyncWriter;
  /** Start time (milliseconds since the epoch). */
  readonly startedAt: number;
  readonly kinds: readonly Kind[];
  /** The kinds that the mirror has. */
  readonly held: ReadonlyMap<Kind, KindState>;
  /** Whether to read every list in full, even if its changes suffice. */
  readonly full: boolean;
  readonly onEvent: (event: SyncEvent) => void;
}

/** Fetches the complete kinds into the mirror. After an error the mirror is unchanged. @throws ApiError */
export async function fetchInto({ settings, load, startedAt, kinds, held, full, onEvent }: Fetch): Promise<void> {
  const counts = new Map(kinds.map((kind) => [kind, held.get(kind)?.count ?? 0]));
  let client: CoreInformationClient | undefined;
  try {
    client = new CoreInformationClient(settings.api, {
      onRetry: ({ reason, delay }) => onEvent({ type: "retry", reason, delay }),
    });
    onEvent({ type: "started", endpoint: settings.api.endpoint, kinds });
    const onPage = (kind: Kind, count: number, total: number | undefined): void => {
      counts.set(kind, count);
      onEvent({ type: "progress", kind, count, total });
    };
    const { retention, fullSyncAge, api } = settings;
    // Changes can be read only with paging by offset.
    const incremental =
      full || !api.paging.sorting || api.paging.style !== "offset" ? undefined : { fullSyncAge: fullSyncAge * 1000 };
    const onNote = (kind: Kind, note: string): void => onEvent({ type: "note", kind, note });
    const plan = { kinds, held, keep: retention, startedAt, incremental, refusal: refusalNow, onPage, onNote };
    const results = [...(await sync(client, load, plan))];
    onEvent({
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
 * Returns why the API denies accounts. Only international customers have accounts; the error of others must not fail the sync.
 * [assumption 13] Errors of the token endpoint do not count.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.reason !== "http") return undefined;
  return error.status === 404 || (error.status === 403 && error.code !== 53) ? error.message : undefined;
}

/**
 * Returns {@link refusalOf} for a mirror that has accounts. Then only an error with a code of the API [assumption 11] counts as a
 * refusal, so that an error of a proxy does not remove them.
 * @throws ApiError with the next step, if another error suggests that access was lost
 */
function refusalNow(error: unknown, wereGiven: boolean): string | undefined {
  const why = refusalOf(error);
  if (why === undefined || !wereGiven || !(error instanceof ApiError) || error.code !== undefined) return why;
  const hint =
    "accounts were readable before, and this error has no code of the API; try again later, or delete the mirror (orange-cmdb doctor shows its file) if access was withdrawn";
  throw new ApiError({ ...error.details, hint, cause: error });
}
