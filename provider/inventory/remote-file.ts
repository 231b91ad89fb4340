import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "../api/errors/errors.js";
import { withPartial } from "../files/partial-file.js";
import { toFileError } from "../files/permissions.js";
import { ObjectStoreError } from "../objects/object-store.js";
import { isObjectUrl } from "../objects/object-url.js";
import { isInFuture } from "../platform/time.js";
import type { InventoryUrl } from "../settings/inventory-url.js";
import type { Settings } from "../settings/resolve.js";
import type { SyncEvent } from "./events.js";
import { failureCodec } from "./failure-codec.js";
import { expectedOrigin } from "./mirror/identity.js";
import { verificationProblem } from "./mirror/inventory-file.js";
import { withLock } from "./mirror/lock.js";
import { CachedCopy, type CachedFile } from "./remote/cached-copy.js";
import { DownloadError, type Download, type Source } from "./remote/download.js";
import { sha256Of } from "./remote/sha256.js";
import { InventoryFileError } from "./store/database.js";

/** Options of {@link openRemoteFile}. */
export interface RemoteFileOptions<T> {
  readonly settings: Settings;
  /** The copy must have been checked after this time (milliseconds since the epoch). */
  readonly notBefore?: number | undefined;
  readonly onEvent?: ((event: SyncEvent) => void) | undefined;
  /** Opens the local file. The file can be removed afterwards. */
  readonly open: (path: string) => T;
}

/** An open inventory from a URL. */
export interface RemoteFile<T> {
  readonly opened: T;
  /** Why an older copy is used; undefined if the copy is current. */
  readonly staleReason: string | undefined;
}

/** Time until a wait for another process is reported, in milliseconds. Most only check an unchanged file. */
const NOTICE_AFTER_MS = 1_000;

/** Minimum days until the copy of another URL counts as unused. */
const MIN_UNUSED_DAYS = 30;

/**
 * Opens the inventory file of a URL. Its copy in the cache folder is used if the server confirms it, else the file is downloaded. One
 * process of a machine downloads, and others wait for it. A pinned copy needs no request.
 * @throws ApiError, ObjectStoreError, InventoryFileError, MirrorAccessError
 */
export async function openRemoteFile<T>(url: InventoryUrl, options: RemoteFileOptions<T>): Promise<RemoteFile<T>> {
  const { cacheDir } = options.settings;
  if (cacheDir === ":memory:") return { opened: await openTemporary(url, options), staleReason: undefined };
  const copy = new CachedCopy(cacheDir, url);
  try {
    return await new RemoteFileSession(url, copy, options).run();
  } catch (error) {
    throw toFileError(copy.lock, error);
  }
}

/** Downloads to a file that is removed once it is open, for a configuration without a cache folder. */
function openTemporary<T>(url: InventoryUrl, { settings, onEvent, open }: RemoteFileOptions<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-"));
  return withPartial(folder, async () => {
    const path = join(folder, "inventory.db");
    const source = await sourceOf(url, settings, onEvent);
    const download = await source(path, undefined);
    if (download === undefined) throw notModified(url);
    checkPin(url, download);
    checkContent(url, path, download);
    return open(path);
  });
}

/** Opens the copy once, after a request by this process or another. */
class RemoteFileSession<T> {
  readonly #requestedAt = Date.now();
  readonly #url: InventoryUrl;
  readonly #copy: CachedCopy;
  readonly #options: RemoteFileOptions<T>;

  constructor(url: InventoryUrl, copy: CachedCopy, options: RemoteFileOptions<T>) {
    this.#url = url;
    this.#copy = copy;
    this.#options = options;
  }

  async run(): Promise<RemoteFile<T>> {
    const { settings } = this.#options;
    try {
      const { inventoryFile, inventoryToken } = settings;
      // Other processes may expect another account of the same file.
      const codec = failureCodec([inventoryFile, inventoryToken, expectedOrigin(settings)]);
      const opened = await this.#locked(async () => this.#options.open(await this.#current()), codec);
      return { opened, staleReason: undefined };
    } catch (error) {
      const stale = await this.#openStale(error);
      if (stale === undefined) throw error;
      return stale;
    }
  }

  /** The lock also keeps other processes from replacing the copy before it is open. */
  #locked<R>(work: () => Promise<R>, codec: Partial<ReturnType<typeof failureCodec>> = {}): Promise<R> {
    let notice: NodeJS.Timeout | undefined;
    const onWait = (): void => {
      notice = setTimeout(() => this.#emit({ type: "waiting" }), NOTICE_AFTER_MS);
    };
    const workInUse = (): Promise<R> => {
      clearTimeout(notice);
      this.#copy.noteUse();
      return work();
    };
    return withLock(this.#copy.lock, { work: workInUse, onWait, ...codec }).finally(() => clearTimeout(notice));
  }

  #emit(event: SyncEvent): void {
    this.#options.onEvent?.(event);
  }

  /** Returns the path of the current file. */
  async #current(): Promise<string> {
    const { settings, onEvent } = this.#options;
    const { name } = this.#url;
    const cached = await this.#usableCopy();
    if (cached && this.#needsNoRequest(cached)) {
      this.#emit({ type: "cached", url: name, checkedAt: new Date(cached.checkedAt).toISOString() });
      return cached.path;
    }
    const startedAt = Date.now();
    const source = await sourceOf(this.#url, settings, onEvent);
    this.#copy.removePartials();
    const download = await withPartial(this.#copy.partial, async () => {
      const result = await source(this.#copy.partial, cached?.validators);
      if (result) this.#keep(result);
      return result;
    });
    if (download === undefined && cached) {
      this.#copy.confirm();
      this.#emit({ type: "unchanged", url: name, milliseconds: Date.now() - startedAt });
      return cached.path;
    }
    if (download === undefined) throw notModified(this.#url);
    this.#emit({ type: "downloaded", url: name, size: download.size, milliseconds: Date.now() - startedAt });
    this.#copy.removeUnused(Math.max(MIN_UNUSED_DAYS, settings.retention.days));
    return this.#copy.path(download);
  }

  /** Verifies a download and makes it the copy. */
  #keep(download: Download): void {
    checkPin(this.#url, download);
    const path = this.#copy.place(download);
    try {
      checkContent(this.#url, path, download);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    }
    this.#copy.publish(download);
  }

  /** Returns the copy if it is usable: verified, and with the pinned content. */
  async #usableCopy(): Promise<CachedFile | undefined> {
    const cached = await this.#copy.read();
    if (!cached || verificationProblem(cached.path) !== undefined) return undefined;
    const { sha256 } = this.#url;
    return sha256 === undefined || (await sha256Of(cached.path)) === sha256 ? cached : undefined;
  }

  #needsNoRequest({ checkedAt, validators }: CachedFile): boolean {
    if (this.#url.sha256 !== undefined) return true;
    if (isInFuture(checkedAt)) return false;
    const { settings, notBefore = 0 } = this.#options;
    const hasValidator = validators.etag !== undefined || validators.lastModified !== undefined;
    // Without a validator each request would be a download.
    const youngest = hasValidator ? this.#requestedAt : Math.max(this.#requestedAt - settings.maxAge * 1000, notBefore);
    return checkedAt >= youngest;
  }

  /** Opens the copy after a failed request; undefined if it is missing, damaged or too old. */
  async #openStale(error: unknown): Promise<RemoteFile<T> | undefined> {
    const { maxStale } = this.#options.settings;
    // An account that lost its access must not read an older copy.
    const isUnavailable =
      ((error instanceof ApiError || error instanceof ObjectStoreError) && !error.isRefusal) ||
      error instanceof DownloadError;
    if (maxStale === 0 || !isUnavailable) return undefined;
    return this.#locked(async () => {
      const cached = await this.#usableCopy();
      const oldest = this.#requestedAt - maxStale * 1000;
      if (!cached || cached.checkedAt < oldest || isInFuture(cached.checkedAt)) return undefined;
      return { opened: this.#options.open(cached.path), staleReason: error.message };
    });
  }
}

/** Returns the source of a URL, loaded on demand. */
async function sourceOf(
  { address, name }: InventoryUrl,
  { api, inventoryToken }: Settings,
  onEvent: RemoteFileOptions<unknown>["onEvent"],
): Promise<Source> {
  if (isObjectUrl(address)) return (await import("./remote/object.js")).objectSource(address, name);
  return (await import("./remote/https.js")).httpsSource(address, {
    token: inventoryToken,
    limits: api,
    onRetry: ({ reason, delay }) => onEvent?.({ type: "retry", reason, delay }),
  });
}

/** @throws InventoryFileError */
function checkPin({ name, sha256 }: InventoryUrl, download: Download): void {
  if (sha256 === undefined || sha256 === download.sha256) return;
  throw new InventoryFileError(
    `the inventory file ${name} has the SHA-256 ${download.sha256}, not the pinned ${sha256}; pin the new file if you expect the change`,
  );
}

/** @throws DownloadError if the file is not a valid inventory */
function checkContent({ name }: InventoryUrl, path: string, { size }: Download): void {
  const problem = verificationProblem(path);
  if (problem === undefined) return;
  throw new DownloadError(
    `the inventory file ${name} (${size} bytes) ${problem}; check inventoryFile, or create the file again with orange-cmdb sync --save`,
  );
}

function notModified({ name }: InventoryUrl): DownloadError {
  return new DownloadError(`the inventory file ${name} was not sent: the server reports an unknown copy as current`);
}
