import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMirrorFile, openMirrorFile } from "../../../provider/inventory/database";
import { isDamage } from "../../../provider/inventory/damage";
import { defaultFieldMap } from "../../../provider/inventory/field-map";
import { checkMirror } from "../../../provider/inventory/mirror-seal";
import { Writer } from "../../../provider/inventory/writer";

/** A folder of its own for each test of the file; answers a path in it, and without names its own. */
export function temporaryFolder(): (...names: string[]) => string {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-files-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...names) => join(folder, ...names);
}

/** Everything is kept that the tests make. */
export const keep = { versions: 20, days: 30 };

/** A page of a list, as the API sends it. */
export function bytes(page: readonly object[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(page));
}

/** Writes locations into a mirror, which is made where it is new. @returns whether it is committed */
export function writeLocations(path: string, records: readonly object[], isNew = true): boolean {
  const target = isNew ? createMirrorFile(path) : { db: openMirrorFile(path) };
  const writer = new Writer(target, defaultFieldMap, Date.now());
  writer.begin("location");
  writer.add("location", bytes(records));
  writer.commit(new Map([["location", { is: "loaded" }]]), keep);
  return writer.close();
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

/** Is the mirror what was sealed? */
export async function isSealedWhole(path: string, always?: boolean): Promise<boolean> {
  try {
    await checkMirror(path, { ...(always === undefined ? {} : { always }) });
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
    expect((error as Error).message).toBe("it is not what was written");
    return false;
  }
}
