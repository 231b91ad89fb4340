import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** SQLite's code for a file that somebody else has locked. */
const busy = 5;

/**
 * Runs `work` while no other process does, through the operating system's lock on `path` (taken by SQLite), so that a
 * killed process leaves no lock behind.
 * @param onWait called once where another process holds the lock
 */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const mask = process.umask(0o077);
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
  } finally {
    process.umask(mask);
  }
  try {
    let waited = false;
    while (!tryLock(db)) {
      if (!waited) onWait?.();
      waited = true;
      await sleep(50);
    }
    return await work();
  } finally {
    db.close();
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
