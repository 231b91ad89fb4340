import { join } from "node:path";
import { CoreInformationClient } from "./api/client.js";
import { ApiError } from "./api/errors.js";
import {
  mirrorName,
  resolveSettings,
  stackConfig,
  type ConfigSource,
  type InventoryArgs,
  type Settings,
} from "./config.js";
import { withLock } from "./inventory/lock.js";
import { Mirror } from "./inventory/mirror.js";
import { kinds as allKinds, type Kind } from "./inventory/records.js";
import { Store } from "./inventory/store.js";
import { staleKinds, sync } from "./inventory/sync.js";

/** How to open the inventory. */
export interface OpenOptions {
  /** The kinds that will be read. Default: all. */
  readonly kinds?: readonly Kind[];
  /** Fetch even where the mirror is young enough. */
  readonly refresh?: boolean;
  /** Fetch what is older than this (milliseconds since the epoch), however young. */
  readonly notBefore?: number;
  readonly args?: InventoryArgs;
  /** The stack's configuration. Default: what the language host hands to this process. */
  readonly config?: ConfigSource;
  /** Told of long work and of retries; never the result. */
  readonly log?: (line: string) => void;
}

/** A client with the settings of the environment (and of `args`). */
export function createClient(args?: InventoryArgs, config: ConfigSource = stackConfig): CoreInformationClient {
  return new CoreInformationClient(resolveSettings(args, config).api);
}

/**
 * Opens the inventory, and fetches what the mirror lacks or holds for too long; one process fetches, others wait for it.
 * @returns the records; call `close` when done
 * @throws SettingsError, ApiError; never part of an inventory
 */
export async function openInventory(options: OpenOptions = {}): Promise<Mirror> {
  const settings = resolveSettings(options.args, options.config ?? stackConfig);
  const kinds = options.kinds ?? allKinds;
  const notBefore = options.refresh
    ? Date.now()
    : Math.max(Date.now() - settings.maxAge * 1000, options.notBefore ?? 0);
  const log = options.log ?? (() => undefined);

  if (settings.cacheDir === ":memory:") {
    const store = new Store(":memory:");
    await fill(store, settings, kinds, notBefore, log);
    return new Mirror(store, settings.api.endpoint);
  }
  const path = join(settings.cacheDir, `${mirrorName(settings)}.db`);
  const store = new Store(path);
  try {
    // A sync that another process finished while this one waited will do, unless a fetch was asked for before it began.
    if (staleKinds(store, kinds, notBefore).length > 0) {
      const waiting = (): void => log("waiting for another process that is fetching the inventory");
      await withLock(`${path}.lock`, () => fill(store, settings, kinds, notBefore, log), waiting);
    }
    return new Mirror(store, settings.api.endpoint);
  } catch (error) {
    store.close();
    throw error;
  }
}

async function fill(
  store: Store,
  settings: Settings,
  kinds: readonly Kind[],
  notBefore: number,
  log: (line: string) => void,
): Promise<void> {
  const stale = staleKinds(store, kinds, notBefore);
  if (stale.length === 0) return;
  const client = new CoreInformationClient(settings.api, {
    onRetry: ({ url, reason, delay }) => log(`${url}: ${reason}, trying again in ${Math.ceil(delay / 1000)} s`),
  });
  try {
    log(`fetching ${stale.length} kind${stale.length > 1 ? "s" : ""} of record from ${settings.api.endpoint}`);
    await sync(store, client, stale, settings.fieldMap, refusalOf);
  } finally {
    client.close();
  }
}

/** Accounts are for international customers only; others get an error, which must not break the rest. [doc] */
function refusalOf(error: unknown): string | undefined {
  const refused = error instanceof ApiError && (error.status === 404 || (error.status === 403 && error.code !== 53));
  return refused ? error.message : undefined;
}
