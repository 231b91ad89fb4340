import { existsSync, lstatSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { sealOf } from "../inventory/mirror-seal.js";
import { explained, MirrorPlaceError, privateFile, privateFolder } from "../inventory/private-files.js";

/** Why every other command could keep no mirror at this path; a folder that is missing is not made. */
export function faultOfMirrorPlace(path: string): MirrorPlaceError | undefined {
  try {
    explained(path, () => checkFolder(dirname(path)));
    // A link that leads nowhere is replaced.
    if (existsSync(path)) privateFile(path);
    for (const file of [`${path}.lock`, sealOf(path)])
      if (lstatSync(file, { throwIfNoEntry: false })) privateFile(file);
    return undefined;
  } catch (error) {
    if (error instanceof MirrorPlaceError) return error;
    throw error;
  }
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return privateFolder(folder);
  // Rights alone do not tell: some file systems let nobody make a folder, as /proc does.
  rmdirSync(mkdtempSync(join(nearest(folder), ".orange-cmdb-")));
}

/** What is there of a path: a folder, or what is in its way. */
function nearest(path: string): string {
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere || dirname(path) === path ? path : nearest(dirname(path));
}
