import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * The compiled file of a thread that lies beside who starts it; where the sources run as they are, as in a test, it is the one
 * that was built from them.
 * @param folder of who starts it, two below the package's own
 */
export function threadFile(folder: string, name: string): string {
  const beside = join(folder, name);
  const root = join(folder, "..", "..");
  return existsSync(beside) ? beside : join(root, "dist", relative(root, folder), name);
}
