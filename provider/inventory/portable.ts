import { closeSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "./sqlite.js";
import { checkOutput } from "../files/output-path.js";
import { writeOutput } from "../files/write-output.js";
import { isSpecialFile } from "../special-file.js";
import { isDamage } from "./damage.js";
import { InventoryFileError, openUnchanging, pragma } from "./database.js";
import { applicationId, layout } from "./layout.js";
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

/** What to do about an inventory file that cannot be used. */
export const makeAnew = "make it anew with orange-cmdb sync --output";

/** The name under which the digest stands in the file. */
const digestKey = "orange-cmdb inventory sha256 ";

/**
 * Writes the inventory of an open mirror into one file, complete and searchable, that can be carried anywhere.
 * @throws OutputError
 */
export async function writeInventoryFile(db: DatabaseSync, path: string, origin: FileOrigin): Promise<void> {
  await writeOutput(path, (file) => {
    db.prepare("VACUUM INTO ?").run(file);
    const copy = new DatabaseSync(file);
    try {
      copy.exec("PRAGMA journal_mode = DELETE");
      prepareSearch(copy);
      const about = copy.prepare("INSERT OR REPLACE INTO about VALUES (?, ?)");
      for (const [key, value] of Object.entries(origin)) about.run(key, value);
      about.run(digestKey, noDigest);
    } finally {
      copy.close();
    }
    seal(file, digestKey);
  });
}

/**
 * Checks, before hours of work go into it, that an inventory file can be written. A file that is not an inventory is not replaced;
 * an empty one, and an inventory of another version, are.
 * @throws OutputError, InventoryFileError
 */
export function checkInventoryOutput(path: string): void {
  checkOutput(path);
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size === 0) return;
  const header = headerOf(path, (why) => {
    throw new InventoryFileError(`${path} ${why}`);
  });
  const isInventory = isDatabase(header) && header.readUInt32BE(idOffset) === applicationId;
  if (!isInventory)
    throw new InventoryFileError(
      `${path} is not an inventory, and is not replaced; name another file, or remove this one`,
    );
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
  const refuse = (why: string): never => {
    throw new InventoryFileError(`the inventory file ${path} ${why}`);
  };
  if (isSpecialFile(path))
    refuse("is a pipe or a device, not a file; name one that orange-cmdb sync --output has written");
  if (!isDatabase(headerOf(path, refuse))) refuse(`is no inventory; ${makeAnew}`);
  let db: DatabaseSync | undefined;
  try {
    // Immutable: nothing looks for, or makes, a log beside a file that may lie on a read-only share.
    db = openUnchanging(path);
    if (pragma(db, "application_id") !== applicationId) refuse(`is no inventory; ${makeAnew}`);
    const found = pragma(db, "user_version");
    if (found !== layout) {
      refuse(`was made by another version of orange-cmdb (layout ${found}, this one reads ${layout}); ${makeAnew}`);
    }
    const about = new Map(
      db
        .prepare("SELECT key, value FROM about")
        .all()
        .map((row) => [String(row["key"]), String(row["value"])]),
    );
    if (!isKnownWhole(path, about.get(digestKey) ?? "")) refuse(`is damaged; ${makeAnew}`);
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
      refuse(`was made with another fieldMap; ${makeAnew} and the same fieldMap`);
    }
    return { db, origin };
  } catch (error) {
    db?.close();
    if (isDamage(error)) return refuse(`is damaged; ${makeAnew}`);
    throw error;
  }
}

/** The files that this process has looked at, as they were then: each is read whole once. */
const knownWhole = new Set<string>();

function isKnownWhole(path: string, digest: string): boolean {
  const { ino, size, mtimeMs, ctimeMs } = statSync(path);
  const key = JSON.stringify([path, digest, ino, size, mtimeMs, ctimeMs]);
  if (!knownWhole.has(key) && isWhole(path, digestKey, digest)) knownWhole.add(key);
  return knownWhole.has(key);
}

/** Where SQLite keeps the application id in the header of a database. */
const idOffset = 68;

/** The header of a database as far as it is read here; zeros where the file is shorter. */
function headerOf(path: string, refuse: (why: string) => never): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const header = Buffer.alloc(idOffset + 4);
    readSync(file, header, 0, header.length, 0);
    return header;
  } catch (error) {
    return refuse(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isDatabase(header: Buffer): boolean {
  return header.toString("latin1", 0, 16) === "SQLite format 3\0";
}
