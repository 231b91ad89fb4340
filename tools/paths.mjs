import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node.js that the project runs on, from the package `node`. */
export const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
