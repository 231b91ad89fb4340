import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node.js that the project runs on, from the package `node`. */
export const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");

/** The folder of a program that was downloaded or built once. */
export function engineFolder(name) {
  return join(process.env["ORANGE_CMDB_ENGINE_DIR"] ?? join(root, ".cache", "engine"), name);
}

/** Returns the path of a program on PATH; undefined if it does not exist. */
export function onPath(name) {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
