import { chmodSync, closeSync, lstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../make-folder.js";
import { user, whyNotPrivate } from "../private-folder.js";

/** The mirror cannot be kept where the settings say; the message says why, and what to do. */
export class MirrorPlaceError extends Error {
  override readonly name = "MirrorPlaceError";
}

/** What to do about a place where no mirror can be kept. */
export const elsewhere = "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:";

/** What is said of a file system without locks. */
export function noLocks(path: string): string {
  return `the mirror ${path} cannot be locked on this file system; ${elsewhere}`;
}

/**
 * Makes a folder that its owner alone can read, or takes the one that is there, where nobody else can put something in the
 * place of what lies in it.
 * @throws MirrorPlaceError
 */
export function privateFolder(path: string): void {
  makeFolder(path, 0o700);
  const reason = whyNotPrivate(path);
  if (reason !== undefined) throw new MirrorPlaceError(`the folder ${path} ${reason}; ${elsewhere}`);
}

/**
 * Makes an empty file that its owner alone can read, or takes the one that is there where it is the user's own; what SQLite
 * puts beside it later has the same mode. A link is not followed. A file that is there is not opened: closing it again
 * would drop every lock that this process holds on it, as POSIX wants it.
 * @throws MirrorPlaceError
 */
export function privateFile(path: string): void {
  explained(path, () => {
    privateFolder(dirname(path));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (!there) return create(path);
    if (there.isSymbolicLink()) throw new MirrorPlaceError(`${path} is a link, which is not followed; ${elsewhere}`);
    if (!there.isFile()) throw new MirrorPlaceError(`${path} is not a file; ${elsewhere}`);
    if (user === undefined) return;
    if (there.uid !== user) throw new MirrorPlaceError(`${path} belongs to somebody else; ${elsewhere}`);
    if ((there.mode & 0o077) !== 0) chmodSync(path, 0o600);
  });
}

function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    // Another process has just made it: it is looked at as one that is there.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    privateFile(path);
  }
}

/** What the operating system and SQLite say of a place where nothing can be kept. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "may not be written",
  ERR_ACCESS_DENIED: "may not be used by node --permission: add its folder to --allow-fs-read and --allow-fs-write",
  EPERM: "may not be written",
  EROFS: "is on a file system that is read-only",
  ENOSPC: "has no room: the disk is full",
  EFBIG: "has no room: files may not be so large here (ulimit -f)",
  EDQUOT: "has no room: the quota is used up",
  ENOENT: "is in a folder that cannot be made",
  ENOTDIR: "is not in a folder",
  EEXIST: "is not in a folder",
  EISDIR: "is a folder",
  "5": "is locked for long: by another process, or because it cannot be locked on this file system",
  "8": "may not be written",
  "10": "cannot be read or written (an I/O error)",
  "13": "has no room: the disk is full",
  "14": "cannot be opened",
  "22": "cannot be locked on this file system",
};

/** SQLite's extended codes for a lock, or the memory that locks are kept in, that cannot be had. */
const lockCodes: readonly unknown[] = [2314, 3594, 3850, 5130, 5386];

/** What the error says of the place, in words that follow its name; undefined where it is no fault of the place. */
export function faultOfPlace(error: unknown): string | undefined {
  const { code, errcode, permission } = (error ?? {}) as { code?: unknown; errcode?: unknown; permission?: unknown };
  // node --permission denies more than files: the start of another process, for example.
  if (permission !== undefined && !String(permission).startsWith("FileSystem")) return undefined;
  if (lockCodes.includes(errcode)) return reasons["22"];
  const key = typeof errcode === "number" ? String(errcode & 0xff) : String(code);
  return Object.hasOwn(reasons, key) ? reasons[key] : undefined;
}

/** Runs `work`; a fault of the place becomes a MirrorPlaceError, any other is passed on. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(path, error);
  }
}

/** The error, or what it means for who chose the place. */
export function explain(path: string, error: unknown): unknown {
  const reason = faultOfPlace(error);
  return reason === undefined
    ? error
    : new MirrorPlaceError(`the mirror ${path} ${reason}; ${elsewhere}`, { cause: error });
}
