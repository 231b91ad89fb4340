import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ApiError } from "../api/errors/errors.js";
import type { Settings } from "../settings/resolve.js";
import type { ConfigSource } from "../settings/sources.js";
import type { InventoryArgs } from "../settings/args.js";
import { isInFuture } from "../platform/time.js";
import { isCorruption } from "./store/corruption.js";
import { openMemory } from "./store/database.js";
import type { SyncEvent } from "./events.js";
import { removeUnusedMirrors } from "./mirror/cleanup.js";
import type { SyncWriter } from "./mirror/sync-writer.js";
import { withLock, type Locked } from "./mirror/lock.js";
import { Mirror, MirrorCorruptError, type MirrorOrigin } from "./mirror/mirror.js";
import { noteVerified, stemOf } from "./mirror/manifest.js";
import { MirrorUpdate, openMirror, settleMirror, type OpenedMirror } from "./mirror/mirror-file.js";
import { toFileError, MirrorAccessError } from "../files/permissions.js";
import { kinds as allKinds, type Kind } from "../model/records.js";
import { isSearchable, prepareSearch } from "./store/search.js";
import type { KindState } from "./store/store.js";
import { staleKinds } from "./sync.js";
import { failureCodec } from "./failure-codec.js";

/** Options of opening the inventory. */
export interface OpenOptions {
  /** The kinds to read. Default: all. */
  readonly kinds?: readonly Kind[];
  /** Whether to fetch even if the mirror is up to date. A running sync of another process suffices. */
  readonly refresh?: boolean;
  /** Whether a fetch reads every list in full, even if its changes suffice. */
  readonly full?: boolean;
  /** Fetch kinds that were fetched before this time (milliseconds since the epoch), regardless of `maxAge`. */
  readonly notBefore?: number;
  /** Whether to build the search index. */
  readonly searchable?: boolean;
  readonly args?: InventoryArgs;
  /** The stack configuration. Default: the one that the language host passes to this process. */
  readonly config?: ConfigSource;
  /** Progress callback: sync started, waiting for another process, retries, warnings. */
  readonly onEvent?: (event: SyncEvent) => void;
}

/** Maximum attempts if the cache folder or its files are deleted while a sync runs. */
const MAX_REOPEN_ATTEMPTS = 3;

/** The mirror was deleted after this process, or the one that it waited for, fetched it. */
class MirrorDeletedError extends Error {
  readonly code = "ENOENT";
}

type States = ReadonlyMap<Kind, KindState>;

/** Opens the mirror once, after a fetch by this process or another if one is needed. */
export class MirrorSession {
  readonly #asked = Date.now();
  readonly #settings: Settings;
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #lock: string;
  /** Inode of the lock file, to detect that it was replaced. */
  #lockNode: number | undefined;
  #isDamaged = false;

  constructor(settings: Settings, path: string, options: OpenOptions) {
    this.#settings = settings;
    this.#path = path;
    this.#options = options;
    this.#lock = `${stemOf(path)}.lock`;
  }

  async run(): Promise<Mirror> {
    if (this.#path === ":memory:") return this.#openMemory();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#retryIfDamaged(() => this.#openFile());
      } catch (error) {
        const wasDeleted = error instanceof MirrorDeletedError || this.#wasFolderReplaced();
        if (attempt === MAX_REOPEN_ATTEMPTS || !wasDeleted) throw error;
      }
    }
  }

  /** Returns whether the cache folder was deleted meanwhile. Another process may have created it again. */
  #wasFolderReplaced(): boolean {
    return this.#lockNode !== undefined && this.#lockNode !== inodeOf(this.#lock);
  }

  async #openMemory(): Promise<Mirror> {
    const db = openMemory();
    const missing = this.#missing();
    if (missing.length > 0) {
      const { InProcessWriter } = await import("./mirror/sync-writer.js");
      const startedAt = Date.now();
      await this.#fetch(new InProcessWriter(db, this.#settings.fieldMap, startedAt), new Map(), missing, startedAt);
    }
    if (this.#options.searchable) prepareSearch(db);
    return this.#reader(db, {});
  }

  async #openFile(): Promise<Mirror> {
    let held = this.#held();
    let stale: string | undefined;
    try {
      if (this.#missing(held?.states).length > 0) {
        stale = await this.#update(held?.states);
        if (stale === undefined) held = this.#reopen(held);
        if (!held && stale === undefined) throw new MirrorDeletedError("the mirror was deleted");
      }
      while (this.#options.searchable && held && !isSearchable(held.db)) {
        await this.#indexWords();
        held = this.#reopen(held);
      }
      return this.#reader(held?.db ?? openMemory(), { staleReason: stale, checks: held?.manifest.checks });
    } catch (error) {
      if (held?.db.isOpen) held.db.close();
      throw error;
    }
  }

  #reader(db: DatabaseSync, origin: Partial<MirrorOrigin>): Mirror {
    const { kinds } = this.#options;
    return new Mirror(db, { endpoint: this.#settings.api.endpoint, file: this.#path, kinds, ...origin });
  }

  /** Opens the current mirror; undefined if it does not exist, or if it is corrupt and will be fetched again. */
  #held(): OpenedMirror | undefined {
    try {
      return openMirror(this.#path);
    } catch (error) {
      if (!isCorruption(error)) throw error;
      // Make every process verify the file from now on.
      noteVerified(this.#path, 0);
      const reason = (error as Error).message;
      if (this.#missing().length === 0) {
        throw new MirrorCorruptError(
          `the mirror ${this.#path} is corrupt (${reason}), and its history is lost; run orange-cmdb sync to fetch it again`,
        );
      }
      if (!this.#isDamaged) this.#emit({ type: "rebuilt", reason });
      this.#isDamaged = true;
      return undefined;
    }
  }

  /** Requests a verification after corruption was found in use. The checksum then fails, and the mirror is fetched again. */
  async #retryIfDamaged<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isCorruption(error) || this.#isDamaged) throw error;
      noteVerified(this.#path, 0);
      return work();
    }
  }

  #reopen(held: OpenedMirror | undefined): OpenedMirror | undefined {
    if (held?.db.isOpen) held.db.close();
    return this.#held();
  }

  #emit(event: SyncEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Builds the index under the lock, because it is part of the inventory file. */
  async #indexWords(): Promise<void> {
    await this.#locked(
      async () => {
        const held = this.#held();
        const isDone = !held || isSearchable(held.db);
        held?.db.close();
        if (isDone) return;
        const update = new MirrorUpdate(this.#path, held.manifest);
        try {
          prepareSearch(update.create());
          update.publish(held.manifest.checks);
        } finally {
          update.close();
        }
      },
      { after: () => settleMirror(this.#path) },
    );
  }

  /** A recording needs complete traffic, so everything is fetched again. */
  get #isRecorded(): boolean {
    return this.#settings.api.recordingDir !== undefined;
  }

  /** Returns the kinds to fetch. */
  #missing(states: States = new Map()): Kind[] {
    const { refresh, notBefore = 0, kinds = allKinds } = this.#options;
    const youngest = Math.max(this.#asked - this.#settings.maxAge * 1000, notBefore);
    const isTooOld = (state: KindState): boolean =>
      this.#isRecorded ||
      state.syncedAt < youngest ||
      isInFuture(state.syncedAt) ||
      (refresh === true && state.endedAt < this.#asked);
    return staleKinds(states, kinds, isTooOld);
  }

  /**
   * Fetches under the lock. Other processes wait and then find that no work is left.
   * @returns why an older inventory is used; undefined if it is up to date
   */
  async #update(states: States | undefined): Promise<string | undefined> {
    const { serializeError, deserializeError } = failureCodec(this.#settings.api);
    let fetched = false;
    try {
      await this.#locked(() => this.#retryIfDamaged(async () => void (fetched = await this.#sync())), {
        after: async () => (fetched ? settleMirror(this.#path) : undefined),
        serializeError,
        deserializeError,
      });
    } catch (error) {
      const stale = this.#mayBeStale(states, error);
      if (stale === undefined) throw error;
      return stale;
    }
    removeUnusedMirrors(dirname(this.#path), this.#path, this.#settings.retention.days);
    return undefined;
  }

  #locked(work: () => Promise<void>, more: Partial<Omit<Locked<void>, "work" | "onWait">> = {}): Promise<void> {
    const note = (): void => void (this.#lockNode = inodeOf(this.#lock));
    const onWait = (): void => {
      note();
      this.#emit({ type: "waiting" });
    };
    const noted = (): Promise<void> => {
      note();
      return work();
    };
    return withLock(this.#lock, { work: noted, onWait, ...more });
  }

  /** @returns whether a fetch was necessary */
  async #sync(): Promise<boolean> {
    const held = this.#held();
    held?.db.close();
    const missing = this.#missing(held?.states);
    if (missing.length === 0) return false;
    const startedAt = Date.now();
    const { fieldMap } = this.#settings;
    // Loaded on demand: most commands find an up-to-date mirror. The thread starts while the client is loaded.
    const { WorkerWriter } = await import("./mirror/sync-writer.js");
    const load = new WorkerWriter({ path: this.#path, held: held?.manifest, fieldMap, startedAt });
    await this.#fetch(load, held?.states ?? new Map(), missing, startedAt);
    return true;
  }

  async #fetch(load: SyncWriter, held: States, kinds: readonly Kind[], startedAt: number): Promise<void> {
    const full = this.#isRecorded || (this.#options.full ?? false);
    const onEvent = (event: SyncEvent): void => this.#emit(event);
    const { fetchInto } = await import("./fetch.js");
    await fetchInto({ settings: this.#settings, load, startedAt, kinds, held, full, onEvent });
  }

  /** Returns why an older inventory is used; undefined if it must not be used. */
  #mayBeStale(held: States = new Map(), cause: unknown): string | undefined {
    const { maxStale } = this.#settings;
    const error = toFileError(this.#path, cause);
    // The API is not available, or the cache folder is not writable. An account that lost its access must not read an older mirror.
    const isUnavailable = (error instanceof ApiError && !error.isRefusal) || error instanceof MirrorAccessError;
    if (maxStale === 0 || !isUnavailable) return undefined;
    const oldest = this.#asked - maxStale * 1000;
    const { kinds = allKinds } = this.#options;
    const isTooOld = ({ syncedAt }: KindState): boolean => syncedAt < oldest || isInFuture(syncedAt);
    if (staleKinds(held, kinds, isTooOld).length > 0) return undefined;
    const syncedAt = Math.min(...kinds.map((kind) => held.get(kind)?.syncedAt ?? 0));
    this.#emit({ type: "stale", syncedAt: new Date(syncedAt).toISOString(), reason: error.message });
    return error.message;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
