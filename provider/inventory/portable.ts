import { closeSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { InventoryFileError, isDamage, pragma } from "./database.js";
import { applicationId, layout } from "./layout.js";
import { privateFile } from "./private-files.js";
import { isWhole, noDigest, seal } from "./sealed-file.js";
import { prepareSearch } from "./search.js";

/** What an inventory file says of itself; digests, so that neither ids nor settings can be read from it. */
export interface FileOrigin {
  readonly endpoint: string;
  /** A digest of the account that the records were fetched for. */
  readonly account: string;
  /** A digest of the field map that the named fields were found by. */
  readonly fieldMap: string;
}

/** The name under which the digest stands in the file. */
const digestKey = "orange-cmdb inventory sha256 ";

/**
 * Writes the inventory of an open mirror into one file, complete and searchable, that can be carried anywhere.
 * It appears under its name when it is whole.
 */
export function writeInventoryFile(db: DatabaseSync, path: string, origin: FileOrigin): void {
  prepareSearch(db);
  const partial = `${path}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  try {
    privateFile(partial);
    db.prepare("VACUUM INTO ?").run(partial);
    const copy = new DatabaseSync(partial);
    try {
      copy.exec("PRAGMA journal_mode = DELETE");
      const about = copy.prepare("INSERT OR REPLACE INTO about VALUES (?, ?)");
      for (const [key, value] of Object.entries(origin)) about.run(key, value);
      about.run(digestKey, noDigest);
    } finally {
      copy.close();
    }
    seal(partial, digestKey);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * Opens an inventory file to be read, and nothing else: it is not changed, and nothing is written beside it.
 * @param expected what the reader's own settings say, as far as they say it
 * @throws InventoryFileError
 */
export function openInventoryFile(
  path: string,
  expected: Partial<FileOrigin>,
): { db: DatabaseSync; origin: FileOrigin } {
  const again = "make it anew with orange-cmdb sync --output";
  const refuse = (why: string): never => {
    throw new InventoryFileError(`the inventory file ${path} ${why}`);
  };
  if (!hasHeader(path, refuse)) refuse(`is no inventory; ${again}`);
  let db: DatabaseSync | undefined;
  try {
    // Immutable: nothing looks for, or makes, a log beside a file that may lie on a read-only share.
    const url = pathToFileURL(resolve(path));
    url.search = "immutable=1";
    db = new DatabaseSync(url, { readOnly: true });
    if (pragma(db, "application_id") !== applicationId) refuse(`is no inventory; ${again}`);
    const found = pragma(db, "user_version");
    if (found !== layout) {
      refuse(`was made by another version of orange-cmdb (layout ${found}, this one reads ${layout}); ${again}`);
    }
    const about = new Map(
      db
        .prepare("SELECT key, value FROM about")
        .all()
        .map((row) => [String(row["key"]), String(row["value"])]),
    );
    if (!isWhole(path, digestKey, about.get(digestKey) ?? "")) refuse(`is damaged; ${again}`);
    const origin: FileOrigin = {
      endpoint: about.get("endpoint") ?? "",
      account: about.get("account") ?? "",
      fieldMap: about.get("fieldMap") ?? "",
    };
    if (expected.endpoint !== undefined && expected.endpoint !== origin.endpoint) {
      refuse(
        `holds the inventory of ${origin.endpoint}, not of ${expected.endpoint}; check endpoint and inventoryFile`,
      );
    }
    if (expected.account !== undefined && expected.account !== origin.account) {
      refuse("was made for another account; check clientId and inventoryFile");
    }
    if (expected.fieldMap !== undefined && expected.fieldMap !== origin.fieldMap) {
      refuse(`was made with another fieldMap; ${again} and the same fieldMap`);
    }
    return { db, origin };
  } catch (error) {
    db?.close();
    if (isDamage(error)) return refuse(`is damaged; ${again}`);
    throw error;
  }
}

function hasHeader(path: string, refuse: (why: string) => never): boolean {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return refuse(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  try {
    const header = Buffer.alloc(16);
    readSync(file, header, 0, 16, 0);
    return header.toString("latin1") === "SQLite format 3\0";
  } finally {
    closeSync(file);
  }
}
