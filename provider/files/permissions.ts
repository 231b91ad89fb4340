import { UserError } from "../platform/user-error.js";
import { chmodSync, closeSync, lstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { ensureDir } from "./ensure-dir.js";
import { currentUid, insecureReason } from "./insecure-reason.js";

/** The configured cache folder cannot hold the mirror. The message has the reason and the next step. */
export class MirrorAccessError extends UserError {
  override readonly name = "MirrorAccessError";
  override get title(): string {
    return "The mirror of the inventory cannot be stored";
  }
}

/** The next step if a folder cannot hold a mirror. */
export const CACHE_DIR_HINT = "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:";

/** Returns the message for a file system without locks. */
export function noLocks(path: string): string {
  return `the mirror ${path} cannot be locked on this file system; ${CACHE_DIR_HINT}`;
}

/**
 * Creates a folder that only its owner can read. An existing folder is accepted if no other user can replace files in it.
 * @throws MirrorAccessError
 */
export function privateFolder(path: string): void {
  ensureDir(path, 0o700);
  const reason = insecureReason(path);
  if (reason !== undefined) throw new MirrorAccessError(`the folder ${path} ${reason}; ${CACHE_DIR_HINT}`);
}

/**
 * Creates an empty file that only its owner can read. An existing file is accepted if this user owns it and it is not a symbolic
 * link. It is not opened: closing it again would release every lock of this process on it (POSIX).
 * @throws MirrorAccessError
 */
export function privateFile(path: string): void {
  if (!checkPrivateFile(path)) withFileErrors(path, () => create(path));
}

/** Checks the file as {@link privateFile} does, but returns whether it exists instead of creating it. */
export function checkPrivateFile(path: string): boolean {
  return withFileErrors(path, () => {
    privateFolder(dirname(path));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (!there) return false;
    if (there.isSymbolicLink()) throw new MirrorAccessError(`${path} is a symbolic link; ${CACHE_DIR_HINT}`);
    if (!there.isFile()) throw new MirrorAccessError(`${path} is not a file; ${CACHE_DIR_HINT}`);
    if (currentUid === undefined) return true;
    if (there.uid !== currentUid) throw new MirrorAccessError(`${path} is owned by another user; ${CACHE_DIR_HINT}`);
    if ((there.mode & 0o077) !== 0) chmodSync(path, 0o600);
    return true;
  });
}

function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    // Another process has just created it: check it like any existing file.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    privateFile(path);
  }
}

/** Reasons by the error code of the operating system or SQLite, worded to follow a path. */
const FILE_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "is not writable",
  ERR_ACCESS_DENIED: "is denied by node --permission: add its folder to --allow-fs-read and --allow-fs-write",
  EPERM: "is not writable",
  EROFS: "is on a read-only file system",
  ENOSPC: "is on a full disk",
  EFBIG: "exceeds the maximum file size (ulimit -f)",
  EDQUOT: "exceeds the disk quota",
  ENOENT: "is in a folder that cannot be created",
  ENOTDIR: "is not in a folder",
  EEXIST: "is not in a folder",
  EISDIR: "is a folder",
  "5": "stays locked: another process holds the lock, or the file system has no locks",
  "8": "is not writable",
  "10": "cannot be read or written (an I/O error)",
  "13": "is on a full disk",
  "14": "cannot be opened",
  "22": "cannot be locked on this file system",
};

/** SQLite's extended error codes for locks and shared memory. */
const lockCodes: readonly unknown[] = [2314, 3594, 3850, 5130, 5386];

/** Returns the reason, worded to follow a path; undefined if the error is not about the file. */
export function describeFileError(error: unknown): string | undefined {
  const { code, errcode, permission } = (error ?? {}) as { code?: unknown; errcode?: unknown; permission?: unknown };
  // node --permission also denies other things, such as starting a process.
  if (permission !== undefined && !String(permission).startsWith("FileSystem")) return undefined;
  if (lockCodes.includes(errcode)) return FILE_ERRORS["22"];
  const key = typeof errcode === "number" ? String(errcode & 0xff) : String(code);
  return Object.hasOwn(FILE_ERRORS, key) ? FILE_ERRORS[key] : undefined;
}

/** Runs `work`. Converts a file error to a MirrorAccessError and rethrows any other error. */
export function withFileErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFileError(path, error);
  }
}

/** Returns a MirrorAccessError for a file error, else the error itself. */
export function toFileError(path: string, error: unknown): unknown {
  const reason = describeFileError(error);
  return reason === undefined
    ? error
    : new MirrorAccessError(`the mirror ${path} ${reason}; ${CACHE_DIR_HINT}`, { cause: error });
}
