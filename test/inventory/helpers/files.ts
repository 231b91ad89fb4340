import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultFieldMap } from "../../../provider/model/field-map";
import { appendChecksum, copyWithoutChecksum } from "../../../provider/inventory/mirror/checksum";
import { readManifest } from "../../../provider/inventory/mirror/manifest";
import { MirrorUpdate, openMirror, type OpenedMirror } from "../../../provider/inventory/mirror/mirror-file";
import { Writer } from "../../../provider/inventory/store/writer";

/** A folder of its own for each test of the file; answers a path in it, and without names its own. */
export function temporaryFolder(): (...names: string[]) => string {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-files-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...names) => join(folder, ...names);
}

/** The permissions of a file. */
export const mode = (path: string): number => statSync(path).mode & 0o777;

/** Opens a mirror that is there. */
export function openedMirror(path: string): OpenedMirror {
  const mirror = openMirror(path);
  if (!mirror) throw new Error(`there is no mirror ${path}`);
  return mirror;
}

/** Everything is kept that the tests make. */
export const keep = { versions: 20, days: 30 };

/** A page of a list, as the API sends it. */
export function bytes(page: readonly object[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(page));
}

/** Writes locations into a mirror, as a sync does. */
export function writeLocations(path: string, records: readonly object[], startedAt = Date.now()): void {
  const update = new MirrorUpdate(path, readManifest(path));
  const writer = new Writer(update.target(), defaultFieldMap, startedAt);
  writer.begin("location");
  if (records.length > 0) writer.add("location", bytes(records));
  update.publish(writer.commit(new Map([["location", { is: "loaded" }]]), keep));
  update.close();
}

/** The inventory file of the mirror in a folder. */
export function inventoryFileIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => /^[0-9a-f]{32}\.\d+\.db$/.test(name)) ?? "none");
}

/** Changes an inventory file by SQL, and appends the checksum that it then has. */
export function rewriteInventory(file: string, sql: string): void {
  const plain = `${file}.plain`;
  writeFileSync(plain, "", { mode: 0o600 });
  copyWithoutChecksum(file, plain);
  renameSync(plain, file);
  const db = new DatabaseSync(file);
  // Past what SQLite keeps right by itself.
  db.enableDefensive?.(false);
  db.exec(sql);
  db.close();
  appendChecksum(file);
}

/** The files of the folder that this process has open, by their names; undefined where the system does not tell. */
export function openedIn(folder: string): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      return path.startsWith(folder) ? [path.slice(folder.length + 1)] : [];
    } catch {
      return [];
    }
  });
}
