import { UserError } from "../../platform/user-error.js";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "./sqlite.js";
import { columnOf, elementsColumn, kindNumber } from "./columns.js";
import type { KindChecks } from "./kind-checks.js";

/** The file is not an inventory, is corrupt, or belongs to another account. The message has the reason and the next step. */
export class InventoryFileError extends UserError {
  override readonly name = "InventoryFileError";
  override get title(): string {
    return "The inventory file cannot be read";
  }
}

/**
 * Each version of a record is a row, valid from sync number `since` until sync number `until`. NULL means that it is current.
 * An unchanged record keeps its row. `kind` is the index of the kind in the list of kinds.
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

/** Opens a file that never changes, so that SQLite needs no locks and no journal. */
export function openUnchanging(path: string): DatabaseSync {
  const url = pathToFileURL(resolve(path));
  url.search = "immutable=1";
  return new DatabaseSync(url, { readOnly: true });
}

/** Creates an empty mirror in memory. */
export function openMemory(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  prepareLayout(db);
  return db;
}

/** Creates an inventory in an empty file, which no other process opens before it is complete. */
export function createDatabase(path: string): DatabaseSync {
  const db = openForWriting(path);
  prepareLayout(db);
  return db;
}

/** Opens a partial file for writing. It needs no journal, because it is deleted if the work fails. */
export function openForWriting(path: string): DatabaseSync {
  // In defensive mode SQLite ignores journal_mode = OFF. Older versions of Node.js do not have the option.
  const db = new DatabaseSync(path, { defensive: false } as object);
  // Large pages are faster for bulk writes.
  db.exec("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
  return db;
}

/** Writes the last checks of kinds into the file with their records. */
export function applyChecks(db: DatabaseSync, checks: KindChecks): void {
  const update = db.prepare("UPDATE kind_state SET synced_at = ?, ended_at = ?, known = ? WHERE kind = ?");
  for (const [kind, { syncedAt, endedAt, known }] of checks)
    update.run(syncedAt, endedAt, known ?? null, kindNumber(kind));
}

function prepareLayout(db: DatabaseSync): void {
  db.exec(
    `BEGIN; ${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
  );
}

/** The version of the file's schema. It is part of the file name, so that no version reads the file of another. */
export const SCHEMA_VERSION = 4;

/** The application id of an inventory in SQLite ("CMDB"). */
export const APPLICATION_ID = 0x434d4442;
