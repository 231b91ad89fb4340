import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getAsset, isSea } from "node:sea";

/**
 * Returns a text file of the package. A single executable holds it by its name; an installed package has it in a folder.
 * @param folder the folder in the package
 */
export function readAsset(folder: string, name: string): string {
  return isSea() ? getAsset(name, "utf8") : readFileSync(join(folder, name), "utf8");
}
