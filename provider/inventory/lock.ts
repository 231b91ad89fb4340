import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { MirrorPlaceError, noLocks, privateFile } from "./private-files.js";

/** SQLite's code for a file that somebody else has locked. */
const busy = 5;

/** How often a waiting process looks whether the lock is free, in milliseconds. */
const interval = 25;

/** What a lock is for. */
export interface Locked<T> {
  /** Runs while no other process does. */
  work(): Promise<T>;
  /** Called once, where another process holds the lock. */
  onWait(): void;
  /** A failure as text, for those who wait. Absent: nobody is told. */
  tell?(error: unknown): string;
  /** The failure that another process told of while this one waited; undefined where it does not concern this one. */
  told?(text: string): Error | undefined;
}

/**
 * Takes the operating system's lock on `path` (through SQLite), so that a killed process leaves none behind. Where the
 * work of another process fails while this one waits for it, this one fails in the same way, at once: it does not try
 * what has just been tried.
 */
export async function withLock<T>(path: string, { work, onWait, tell, told }: Locked<T>): Promise<T> {
  const asked = Date.now();
  privateFile(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    let waited = false;
    while (!tryLock(db)) {
      if (!waited) {
        if (!canLock(path)) throw new MirrorPlaceError(noLocks(path));
        onWait();
      }
      waited = true;
      await sleep(interval);
    }
    const failure = waited && told ? failureSince(db, asked) : undefined;
    const error = failure === undefined ? undefined : told?.(failure);
    if (error) throw error;
    return await attempt(db, work, tell);
  } finally {
    db.close();
  }
}

/** Where a file system knows no locks, SQLite says of every lock that somebody else holds it: of that on a file of our own, too. */
function canLock(path: string): boolean {
  const own = `${path}.${process.pid}`;
  privateFile(own);
  const db = new DatabaseSync(own, { timeout: 0 });
  try {
    return tryLock(db);
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
    if ((error as { errcode?: number }).errcode === busy) return false;
    throw error;
  }
}

/** The failure is written and the lock is given back in one step: whoever comes next sees it. */
async function attempt<T>(db: DatabaseSync, work: () => Promise<T>, tell: Locked<T>["tell"]): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tell) {
      const text = tell(error);
      db.exec("CREATE TABLE IF NOT EXISTS failure (ended_at INTEGER, error TEXT); DELETE FROM failure");
      db.prepare("INSERT INTO failure VALUES (?, ?)").run(Date.now(), text);
      db.exec("COMMIT");
    }
    throw error;
  }
}

function failureSince(db: DatabaseSync, time: number): string | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'failure'").get()) return undefined;
  const row = db.prepare("SELECT error FROM failure WHERE ended_at >= ?").get(time);
  return row === undefined ? undefined : String(row["error"]);
}
