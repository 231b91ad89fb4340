import { rmSync } from "node:fs";
import { DatabaseSync } from "../store/sqlite.js";
import { runAsset } from "../../platform/run-asset.js";
import { setTimeout as sleep } from "node:timers/promises";
import { MirrorAccessError, noLocks, privateFile } from "../../files/permissions.js";

/** SQLite's result code for a file that another process has locked. */
const SQLITE_BUSY = 5;

/** Interval at which a waiting process tries the lock, in milliseconds. */
const RETRY_INTERVAL_MS = 25;

/** The work under a lock. */
export interface Locked<T> {
  /** Runs while this process has the lock. */
  work(): Promise<T>;
  /** Runs after successful work, still under the lock, without a caller that waits for it. Must not fail. */
  after?(): Promise<void>;
  /** Called once if another process has the lock. */
  onWait(): void;
  /** Serializes a failure for waiting processes. Absent: failures are not shared. */
  serializeError?(error: unknown): string;
  /** Parses the failure of another process; undefined if it does not apply to this process. */
  deserializeError?(text: string): Error | undefined;
}

/** The running {@link Locked.after} of this process, by the path of the lock. */
const ending = new Map<string, Promise<void>>();

/**
 * Runs work under the operating system's lock on `path` (through SQLite), which the system releases if the process is killed. If the
 * work of another process fails while this one waits, this one fails at once with the same error.
 */
export async function withLock<T>(
  path: string,
  { work, after, onWait, serializeError, deserializeError }: Locked<T>,
): Promise<T> {
  const asked = Date.now();
  await ending.get(path);
  privateFile(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  let end: Promise<void> | undefined;
  try {
    let waited = false;
    while (!tryLock(db)) {
      if (!waited) {
        if (!canLock(path)) throw new MirrorAccessError(noLocks(path));
        onWait();
      }
      waited = true;
      await sleep(RETRY_INTERVAL_MS);
    }
    const failure = waited && deserializeError ? failureBetween(db, asked, Date.now()) : undefined;
    const error = failure === undefined ? undefined : deserializeError?.(failure);
    if (error) throw error;
    const result = await attempt(db, work, serializeError);
    if (after) end = after();
    return result;
  } finally {
    const release = (): void => {
      db.close();
      ending.delete(path);
    };
    if (end) ending.set(path, end.finally(release));
    else db.close();
  }
}

/** On a file system without locks, SQLite reports every lock as held by another process, even on a new file. */
function canLock(path: string): boolean {
  return withOwnLock(path, (_own, locked) => locked);
}

/**
 * Returns whether a lock beside `path` excludes another process of this machine. Some network shares grant every lock.
 * @returns undefined if no lock is available
 */
export function locksOut(path: string): boolean | undefined {
  return withOwnLock(path, (own, locked) => {
    if (!locked) return undefined;
    const { status } = runAsset(__dirname, "try-lock.js", own);
    if (status === 0 || status === SQLITE_BUSY) return status === SQLITE_BUSY;
    throw new Error("cannot start a second process to test the lock");
  });
}

function withOwnLock<T>(path: string, use: (own: string, locked: boolean) => T): T {
  const own = `${path}.${process.pid}`;
  privateFile(own);
  const db = new DatabaseSync(own, { timeout: 0 });
  try {
    return use(own, tryLock(db));
  } finally {
    db.close();
    rmSync(own, { force: true });
  }
}

function tryLock(db: DatabaseSync): boolean {
  try {
    db.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

/** Writes the failure and releases the lock in one step, so that the next process sees it. */
async function attempt<T>(
  db: DatabaseSync,
  work: () => Promise<T>,
  serializeError: Locked<T>["serializeError"],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (serializeError) {
      const text = serializeError(error);
      db.exec("CREATE TABLE IF NOT EXISTS failure (ended_at INTEGER, error TEXT); DELETE FROM failure");
      db.prepare("INSERT INTO failure VALUES (?, ?)").run(Date.now(), text);
      db.exec("COMMIT");
    }
    throw error;
  }
}

/** Ignores failures with a future time, because the clock was wrong. */
function failureBetween(db: DatabaseSync, asked: number, now: number): string | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'failure'").get()) return undefined;
  const row = db.prepare("SELECT error FROM failure WHERE ended_at BETWEEN ? AND ?").get(asked, now);
  return row === undefined ? undefined : String(row["error"]);
}
