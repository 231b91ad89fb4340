import type { FileOrigin } from "./identity.js";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { DatabaseSync } from "../store/sqlite.js";
import { checkOutput } from "../../files/output-path.js";
import { writeOutput } from "../../files/write-output.js";
import { isSpecialFile } from "../../files/special-file.js";
import { isCorruption } from "../store/corruption.js";
import {
  applyChecks,
  InventoryFileError,
  openForWriting,
  openUnchanging,
  APPLICATION_ID,
  SCHEMA_VERSION,
} from "../store/database.js";
import { appendChecksum, hasValidChecksum } from "./checksum.js";
import type { KindChecks } from "../store/kind-checks.js";
import { prepareSearch } from "../store/search.js";

/** The next step if an inventory file is not usable. */
export const RECREATE_HINT = "create it again with orange-cmdb sync --save";

/**
 * Writes the inventory of an open mirror into one portable file, complete and searchable.
 * @param checks see {@link Store}
 * @throws OutputError
 */
export async function writeInventoryFile(
  db: DatabaseSync,
  path: string,
  origin: FileOrigin,
  checks: KindChecks = new Map(),
): Promise<void> {
  await writeOutput(path, (file) => {
    db.prepare("VACUUM INTO ?").run(file);
    const copy = openForWriting(file);
    try {
      prepareSearch(copy);
      applyChecks(copy, checks);
      const about = copy.prepare("INSERT OR REPLACE INTO about VALUES (?, ?)");
      for (const [key, value] of Object.entries(origin)) about.run(key, value);
    } finally {
      copy.close();
    }
    appendChecksum(file);
  });
}

/**
 * Checks before a sync that an inventory file can be written. An empty file and an inventory of another version are replaced. Any
 * other file is not.
 * @throws OutputError, InventoryFileError
 */
export function checkInventoryOutput(path: string): void {
  checkOutput(path);
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size === 0) return;
  const header = headerOf(path);
  if (!isInventory(header))
    throw new InventoryFileError(
      `${path} is not an inventory file and is not replaced; use another path, or remove the file`,
    );
}

/**
 * Opens an inventory file read-only, without files beside it.
 * @param expected the known parts of the identity that the reader's settings expect
 * @param name its name in messages. Default: the path
 * @throws InventoryFileError
 */
export function openInventoryFile(
  path: string,
  expected: Partial<FileOrigin>,
  name = path,
): { db: DatabaseSync; origin: FileOrigin } {
  const refuse = (why: string): never => {
    throw new InventoryFileError(`the inventory file ${name} ${why}`);
  };
  if (isSpecialFile(path)) refuse("is a pipe or a device; use a file that orange-cmdb sync --save has written");
  try {
    const problem = verificationProblem(path);
    if (problem !== undefined) refuse(`${problem}; ${RECREATE_HINT}`);
  } catch (error) {
    if (error instanceof InventoryFileError) throw error;
    refuse(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  let db: DatabaseSync | undefined;
  try {
    db = openUnchanging(path);
    const about = new Map(
      db
        .prepare("SELECT key, value FROM about")
        .all()
        .map((row) => [String(row["key"]), String(row["value"])]),
    );
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
      refuse(`was made with another fieldMap; ${RECREATE_HINT} and the same fieldMap`);
    }
    return { db, origin };
  } catch (error) {
    db?.close();
    if (isCorruption(error)) return refuse(`is corrupt; ${RECREATE_HINT}`);
    throw error;
  }
}

/** The states of the files that this process has verified, so that each is verified once. */
const verified = new Set<string>();

/**
 * Returns why a file cannot be read as an inventory, as {@link inventoryProblem} does. Verifies its checksum once per process.
 * @throws the system's error
 */
export function verificationProblem(path: string): string | undefined {
  const version = versionOf(path);
  const problem = inventoryProblem(path, !verified.has(version));
  if (problem === undefined) verified.add(version);
  return problem;
}

function versionOf(path: string): string {
  const { ino, size, mtimeMs, ctimeMs } = statSync(path);
  return JSON.stringify([path, ino, size, mtimeMs, ctimeMs]);
}

/** Offsets of the user version and the application id in the header of an SQLite database. */
const LAYOUT_OFFSET = 60;
const APPLICATION_OFFSET = 68;

/**
 * Returns why a file cannot be read as an inventory, worded to follow its name.
 * @param verify whether to verify its checksum, which reads the whole file
 * @throws the system's error
 */
export function inventoryProblem(path: string, verify: boolean): string | undefined {
  const header = headerOf(path);
  if (!isInventory(header)) return "is not an inventory file";
  const found = header.readUInt32BE(LAYOUT_OFFSET);
  if (found !== SCHEMA_VERSION)
    return `was made by another version of orange-cmdb (schema ${found}, this version reads ${SCHEMA_VERSION})`;
  return verify && !hasValidChecksum(path) ? "is corrupt" : undefined;
}

/** Reads the header of a database, padded with zeros if the file is shorter. */
function headerOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(APPLICATION_OFFSET + 4);
    readSync(file, header, 0, header.length, 0);
    return header;
  } finally {
    closeSync(file);
  }
}

function isInventory(header: Buffer): boolean {
  const isDatabase = header.toString("latin1", 0, 16) === "SQLite format 3\0";
  return isDatabase && header.readUInt32BE(APPLICATION_OFFSET) === APPLICATION_ID;
}
