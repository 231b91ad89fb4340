import { accessSync, constants, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "./sqlite.js";
import { columnOf, elementsColumn } from "./columns.js";
import { damage, isDamage, notADatabase } from "./damage.js";
import { applicationId, layout } from "./layout.js";
import { checkMirror, unsealMirror } from "./mirror-seal.js";
import { elsewhere, MirrorPlaceError, privateFile } from "./private-files.js";
import { isCopied } from "./write-ahead-log.js";

/** A file that is no inventory, is damaged, or was made for somebody else; the message says which, and what to do. */
export class InventoryFileError extends Error {
  override readonly name = "InventoryFileError";
}

/**
 * A version of a record is a row: it holds from sync number `since` until sync number `until`, now where that is NULL.
 * A record that did not change keeps its row. `kind` is a kind's place in the list of kinds.
 */
const schema = `
  CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE version (number INTEGER PRIMARY KEY, synced_at INTEGER NOT NULL);
  CREATE TABLE kind_state (
    kind INTEGER PRIMARY KEY, synced_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, count INTEGER NOT NULL,
    refused TEXT, known TEXT, since INTEGER NOT NULL
  );
  CREATE TABLE record (
    number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    ${Object.values(columnOf)
      .map((column) => `${column} TEXT`)
      .join(", ")},
    ${elementsColumn} TEXT, attributes TEXT NOT NULL
  );
  CREATE UNIQUE INDEX record_id ON record (kind, id, since);
  CREATE INDEX record_name ON record (kind, name) WHERE until IS NULL AND name IS NOT NULL;
  CREATE INDEX record_location ON record (kind, location_id) WHERE until IS NULL AND location_id IS NOT NULL;
  CREATE INDEX record_service_point ON record (kind, service_point_id)
    WHERE until IS NULL AND service_point_id IS NOT NULL;
  CREATE INDEX record_account ON record (kind, account_id) WHERE until IS NULL AND account_id IS NOT NULL;
  CREATE INDEX record_elements ON record (elements) WHERE until IS NULL AND elements IS NOT NULL;
  CREATE INDEX record_until ON record (until) WHERE until IS NOT NULL;
`;

/**
 * Opens a mirror that is there; where nothing can be written beside it, to be read as it is.
 * @throws MirrorPlaceError, or an error that {@link isDamage} where it is something else
 */
export function openMirrorFile(path: string): DatabaseSync {
  privateFile(path);
  const db = isWritable(dirname(path)) ? new DatabaseSync(path, { timeout: 30_000 }) : openUnlocked(path);
  try {
    // What a sync has written survives a crash of the process; after one of the machine it may be the version before.
    db.exec("PRAGMA synchronous = NORMAL");
    if (pragma(db, "application_id") === applicationId && pragma(db, "user_version") === layout) return db;
    throw Object.assign(new Error("file is not a mirror"), { errcode: notADatabase });
  } catch (error) {
    db.close();
    throw error;
  }
}

function openUnlocked(path: string): DatabaseSync {
  // What a process has left that was killed, or what another one is about to write, who may.
  if (!isCopied(path))
    throw new MirrorPlaceError(
      `the mirror ${path} is not whole without its log, which cannot be read where nothing may be written; run orange-cmdb sync where it may; ${elsewhere}`,
    );
  return openUnchanging(path);
}

/** Opens a file that nobody writes: SQLite looks for no log beside it, and makes none. */
export function openUnchanging(path: string): DatabaseSync {
  const url = pathToFileURL(resolve(path));
  url.search = "immutable=1";
  return new DatabaseSync(url, { readOnly: true });
}

/** Is the file a mirror that can be read from beginning to end? @param read reads what else must be there */
export async function isSound(path: string, read: (db: DatabaseSync) => unknown): Promise<boolean> {
  try {
    await checkMirror(path);
    const db = openMirrorFile(path);
    try {
      read(db);
      checkIndexes(db);
      return true;
    } finally {
      db.close();
    }
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Reads all of it, and compares each index with what it leads to. @throws an error that {@link isDamage} */
export function checkIndexes(db: DatabaseSync): void {
  const found = String(db.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"]);
  if (found !== "ok") throw damage(found);
  if (db.prepare(impossible).get()?.["found"] !== 0) throw damage("it holds what is of no version");
}

/** A kind may be newer than the newest version: with no record it makes none. */
const impossible = `
  WITH newest AS (SELECT ifnull(max(number), 0) AS version FROM version)
  SELECT EXISTS (SELECT 1 FROM record, newest WHERE since > version OR until > version OR until <= since)
      OR EXISTS (SELECT 1 FROM kind_state, newest WHERE since > version + 1) AS found`;

/** Where nothing can be written beside a mirror, it is read without locks. */
export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Takes a mirror away, with what SQLite has put beside it. */
export function removeMirrorFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

/** Copies what is in the log into the file, as far as readers let it. */
export function checkpoint(db: DatabaseSync): void {
  db.exec("PRAGMA wal_checkpoint(PASSIVE)");
}

/** An empty mirror that has no file. */
export function openMemory(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  prepareLayout(db);
  return db;
}

/** A new mirror on its way. */
export interface NewMirror {
  readonly db: DatabaseSync;
  /** Makes it the mirror. */
  finish(): void;
  /** Throws it away; for after `db` is closed. */
  discard(): void;
}

/**
 * A new mirror, in a file of another name, which nobody else reads and which is thrown away if the work ends half-way. So
 * it needs no log.
 */
export function createMirrorFile(path: string): NewMirror {
  const partial = `${path}.new`;
  const discard = (): void => {
    for (const suffix of ["", "-journal"]) rmSync(partial + suffix, { force: true });
  };
  discard();
  privateFile(partial);
  const { ino } = statSync(partial);
  // A database that defends itself keeps a log whatever it is told; an older Node.js does not know the word.
  const db = new DatabaseSync(partial, { defensive: false } as object);
  // Large pages: records are written by the thousand, and read one by one or by index.
  db.exec("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  prepareLayout(db);
  return {
    db,
    discard,
    finish() {
      // From now on readers and the next sync do not wait for each other. The file is a copy: if the power fails before
      // the disk has it, it is found to be damaged and fetched anew.
      db.exec("PRAGMA journal_mode = WAL");
      db.close();
      // Where the folder was taken away meanwhile, another process may have begun a file of the same name.
      if (statSync(partial).ino !== ino) throw Object.assign(new Error("file is another's"), { code: "ENOENT" });
      // A log that stands beside a file that is gone must not be taken for this one's, nor its seal.
      removeMirrorFile(path);
      unsealMirror(path);
      renameSync(partial, path);
    },
  };
}

function prepareLayout(db: DatabaseSync): void {
  db.exec(`BEGIN; ${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${layout}; COMMIT`);
}

/** The value of a pragma that is a number. */
export function pragma(db: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
