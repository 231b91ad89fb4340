import { existsSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ApiError } from "./api/errors.js";
import type { ConfigSource, InventoryArgs, Settings } from "./config.js";
import { isOfLater } from "./inventory/clock.js";
import { isDamage } from "./inventory/damage.js";
import { checkIndexes, checkpoint, isSound, isWritable, openMemory, openMirrorFile } from "./inventory/database.js";
import type { SyncEvent } from "./inventory/events.js";
import { forgetOldMirrors } from "./inventory/forget.js";
import type { Load } from "./inventory/load.js";
import { withLock, type Locked } from "./inventory/lock.js";
import { Mirror, MirrorDamagedError } from "./inventory/mirror.js";
import { checkMirror, isSealed, sealMirror, unsealMirror } from "./inventory/mirror-seal.js";
import { explain, MirrorPlaceError } from "./inventory/private-files.js";
import { kinds as allKinds, type Kind } from "./inventory/records.js";
import { isSearchable, prepareSearch } from "./inventory/search.js";
import { Store, type KindState } from "./inventory/store.js";
import { staleKinds } from "./inventory/sync.js";
import { shareFailure } from "./share-failure.js";

/** How to open the inventory. */
export interface OpenOptions {
  /** The kinds that will be read. Default: all. */
  readonly kinds?: readonly Kind[];
  /** Fetch even where the mirror is young enough; a sync that is under way will do. */
  readonly refresh?: boolean;
  /** Read every list in full where something is fetched, though its changes may suffice. */
  readonly full?: boolean;
  /** Fetch what was asked for before this time (milliseconds since the epoch), however young. */
  readonly notBefore?: number;
  /** Prepare it to be searched by words. */
  readonly searchable?: boolean;
  readonly args?: InventoryArgs;
  /** The stack's configuration. Default: what the language host hands to this process. */
  readonly config?: ConfigSource;
  /** Told of long work, of waiting and of retries; never the result. */
  readonly onEvent?: (event: SyncEvent) => void;
}

/** How often the work is done again where somebody has taken the folder away under it. */
const again = 3;

/** One opening of the mirror: it is read as it is, or fetched before by this process or another. */
export class Opening {
  readonly #asked = Date.now();
  readonly #settings: Settings;
  readonly #path: string;
  readonly #options: OpenOptions;
  readonly #lock: string;
  /** The file of the lock that was taken or waited for, by what the operating system calls it. */
  #lockNode: number | undefined;
  #isDamaged = false;
  /** The file as it was before it was opened, where nothing can be locked. */
  #unlocked: Stats | undefined;

  constructor(settings: Settings, path: string, options: OpenOptions) {
    this.#settings = settings;
    this.#path = path;
    this.#options = options;
    this.#lock = `${path}.lock`;
  }

  async run(): Promise<Mirror> {
    if (this.#path === ":memory:") return this.#open(openMemory());
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#openFile();
      } catch (error) {
        if (attempt === again || !this.#wasTakenAway()) throw error;
      }
    }
  }

  /** Has somebody taken the folder away under the work? Another process may have made it again. */
  #wasTakenAway(): boolean {
    return this.#lockNode !== undefined && this.#lockNode !== nodeOf(this.#lock);
  }

  async #openFile(): Promise<Mirror> {
    try {
      return await this.#open(await this.#connect());
    } catch (error) {
      if (!isDamage(error)) throw error;
      const reason = (error as Error).message;
      if (this.#missing(undefined).length === 0) {
        throw new MirrorDamagedError(
          `the mirror ${this.#path} is damaged (${reason}), and its history is lost; orange-cmdb sync fetches it anew`,
        );
      }
      this.#isDamaged = true;
      this.#tell({ type: "rebuilt", reason });
      return await this.#open(undefined);
    }
  }

  /**
   * What another process may have made since. A mirror that is damaged stays where it is until a new one takes its place.
   */
  async #connectMade(): Promise<DatabaseSync | undefined> {
    if (this.#isDamaged && !(existsSync(this.#path) && (await isSound(this.#path, heldBy)))) return undefined;
    return this.#connect();
  }

  /** The mirror's file; there is none before the first sync has ended. */
  async #connect(): Promise<DatabaseSync | undefined> {
    if (!existsSync(this.#path)) return undefined;
    this.#unlocked = isWritable(dirname(this.#path)) ? undefined : statSync(this.#path, { throwIfNoEntry: false });
    await checkMirror(this.#path);
    return openMirrorFile(this.#path);
  }

  async #open(there: DatabaseSync | undefined): Promise<Mirror> {
    let db = there;
    let stale: string | undefined;
    try {
      if (this.#missing(db).length > 0) {
        try {
          await this.#update(db);
        } catch (error) {
          stale = this.#mayBeStale(db, error);
          if (stale === undefined) throw error;
        }
      }
      db ??= (await this.#connect()) ?? openMemory();
      if (this.#options.searchable) await this.#prepareSearch(db);
      const { kinds } = this.#options;
      const { endpoint } = this.#settings.api;
      return new Mirror(db, { endpoint, file: this.#path, unlocked: this.#unlocked, stale, kinds });
    } catch (error) {
      if (db?.isOpen) db.close();
      throw error;
    }
  }

  #tell(event: SyncEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Under the lock, since the index is written as a sync is: what comes between the two is indexed too. */
  async #prepareSearch(db: DatabaseSync): Promise<void> {
    const store = new Store(db);
    store.freeze();
    while (!isSearchable(db)) {
      store.thaw();
      if (this.#path === ":memory:") prepareSearch(db);
      else await this.#indexWords(db);
      store.freeze();
    }
  }

  async #indexWords(db: DatabaseSync): Promise<void> {
    let wasSealed = false;
    await this.#locked(
      async () => {
        wasSealed = isSealed(this.#path);
        unsealMirror(this.#path);
        prepareSearch(db);
        checkpoint(db);
      },
      { after: async () => (wasSealed ? sealMirror(this.#path) : undefined) },
    );
  }

  /** What is not exchanged anew, and whole, is not in the record. */
  get #isRecorded(): boolean {
    return this.#settings.api.record !== undefined;
  }

  /** The kinds that have to be fetched. */
  #missing(db: DatabaseSync | undefined): Kind[] {
    const { refresh, notBefore = 0, kinds = allKinds } = this.#options;
    const youngest = Math.max(this.#asked - this.#settings.maxAge * 1000, notBefore);
    const isTooOld = (state: KindState): boolean =>
      this.#isRecorded ||
      state.syncedAt < youngest ||
      isOfLater(state.syncedAt) ||
      (refresh === true && state.endedAt < this.#asked);
    return staleKinds(heldBy(db), kinds, isTooOld);
  }

  /** One process fetches; where several want to, the others find after it that nothing is left to do. */
  async #update(db: DatabaseSync | undefined): Promise<void> {
    if (this.#path === ":memory:") return void (await this.#fetch(db, true));
    const { tell, told } = shareFailure(this.#settings);
    let load: Load | undefined;
    const work = async (): Promise<void> => {
      const made = db ? undefined : await this.#connectMade();
      try {
        load = await this.#fetch(db ?? made, false);
      } finally {
        made?.close();
      }
    };
    const after = async (): Promise<void> => {
      if (await load?.ended) await sealMirror(this.#path);
    };
    await this.#locked(work, { after, tell, told });
    forgetOldMirrors(dirname(this.#path), this.#path, this.#settings.keep.days);
  }

  #locked(work: () => Promise<void>, more: Partial<Omit<Locked<void>, "work" | "onWait">> = {}): Promise<void> {
    const note = (): void => void (this.#lockNode = nodeOf(this.#lock));
    const onWait = (): void => {
      note();
      this.#tell({ type: "waiting" });
    };
    const noted = (): Promise<void> => {
      note();
      return work();
    };
    return withLock(this.#lock, { work: noted, onWait, ...more });
  }

  /** @returns what it was fetched into; undefined where nothing had to be fetched */
  async #fetch(db: DatabaseSync | undefined, inMemory: boolean): Promise<Load | undefined> {
    const missing = this.#missing(db);
    if (missing.length === 0) return undefined;
    const { fieldMap } = this.#settings;
    const startedAt = Date.now();
    const held = heldBy(db);
    // What nobody has sealed may have changed since: all of it is compared with what the API has, before it is sealed.
    const verify = db !== undefined && !inMemory && !isSealed(this.#path);
    if (verify) checkIndexes(db);
    const full = verify || this.#isRecorded || (this.#options.full ?? false);
    const kinds = verify ? [...new Set([...missing, ...held.keys()])] : missing;
    // Loaded only now: most commands find a mirror that is young enough. The thread starts while the client is loaded.
    const { InlineLoad, ThreadLoad } = await import("./inventory/load.js");
    const load =
      db && inMemory
        ? new InlineLoad(db, fieldMap, startedAt)
        : new ThreadLoad({ path: this.#path, isNew: db === undefined, fieldMap, startedAt, verify });
    const { fetchInto } = await import("./fetch.js");
    const tell = (event: SyncEvent): void => this.#tell(event);
    await fetchInto({ settings: this.#settings, load, startedAt, kinds, held, full, tell });
    return load;
  }

  /** Why an older inventory will do; undefined where it will not. */
  #mayBeStale(db: DatabaseSync | undefined, fault: unknown): string | undefined {
    const { maxStale } = this.#settings;
    const error = explain(this.#path, fault);
    // The API cannot be had, or there is no place for what it says.
    if (maxStale === 0 || !(error instanceof ApiError || error instanceof MirrorPlaceError)) return undefined;
    const oldest = this.#asked - maxStale * 1000;
    const { kinds = allKinds } = this.#options;
    const held = heldBy(db);
    const isTooOld = ({ syncedAt }: KindState): boolean => syncedAt < oldest || isOfLater(syncedAt);
    if (staleKinds(held, kinds, isTooOld).length > 0) return undefined;
    const syncedAt = Math.min(...kinds.map((kind) => held.get(kind)?.syncedAt ?? 0));
    this.#tell({ type: "stale", syncedAt: new Date(syncedAt).toISOString(), reason: error.message });
    return error.message;
  }
}

function nodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function heldBy(db: DatabaseSync | undefined): ReadonlyMap<Kind, KindState> {
  return db ? new Store(db).states() : new Map();
}
