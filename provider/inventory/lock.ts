import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { DatabaseSync } from "./sqlite.js";
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
  /** Runs after the work, where that has not failed, before another process does; nobody here waits for it. It does not fail. */
  after?(): Promise<void>;
  /** Called once, where another process holds the lock. */
  onWait(): void;
  /** A failure as text, for those who wait. Absent: nobody is told. */
  tell?(error: unknown): string;
  /** The failure that another process told of while this one waited; undefined where it does not concern this one. */
  told?(text: string): Error | undefined;
}

/** What this process still does {@link Locked.after} its work, by the path of the lock. */
const ending = new Map<string, Promise<void>>();

/**
 * Takes the operating system's lock on `path` (through SQLite), so that a killed process leaves none behind. Where the
 * work of another process fails while this one waits for it, this one fails in the same way, at once: it does not try
 * what has just been tried.
 */
export async function withLock<T>(path: string, { work, after, onWait, tell, told }: Locked<T>): Promise<T> {
  const asked = Date.now();
  await ending.get(path);
  privateFile(path);
  const db = new DatabaseSync(path, { timeout: 0 });
  let end: Promise<void> | undefined;
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
    const failure = waited && told ? failureBetween(db, asked, Date.now()) : undefined;
    const error = failure === undefined ? undefined : told?.(failure);
    if (error) throw error;
    const result = await attempt(db, work, tell);
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

/** Where a file system knows no locks, SQLite says of every lock that somebody else holds it: of that on a file of our own, too. */
function canLock(path: string): boolean {
  return withOwnLock(path, (_own, locked) => locked);
}

/**
 * Does a lock beside `path` keep another process of this machine out? Some network shares grant every lock to everybody.
 * @returns undefined where no lock can be had
 */
export function locksOut(path: string): boolean | undefined {
  return withOwnLock(path, (own, locked) => {
    if (!locked) return undefined;
    const other = `const { DatabaseSync } = require("node:sqlite");
      try { new DatabaseSync(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE"); }
      catch (error) { process.exitCode = error.errcode === ${busy} ? ${busy} : 1; }`;
    const { status } = spawnSync(process.execPath, ["-e", other, own], { stdio: "ignore" });
    if (status === 0 || status === busy) return status === busy;
    throw new Error("another process could not be started to try a lock");
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

/** What was noted by a clock that was ahead is not of this time. */
function failureBetween(db: DatabaseSync, asked: number, now: number): string | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'failure'").get()) return undefined;
  const row = db.prepare("SELECT error FROM failure WHERE ended_at BETWEEN ? AND ?").get(asked, now);
  return row === undefined ? undefined : String(row["error"]);
}
