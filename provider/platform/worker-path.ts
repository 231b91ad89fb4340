import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Returns the compiled file of a worker thread. It lies beside the module that starts it, or in `dist` if the sources run
 * as they are, as in a test.
 * @param folder the module's folder
 * @returns undefined if the file does not exist, as in a bundled program, or if Node.js permits no worker threads (`--permission`
 *   without `--allow-worker`). The work is then done in this thread
 */
export function workerPath(folder: string, name: string): string | undefined {
  if ((process.permission as typeof process.permission | undefined)?.has("worker") === false) return undefined;
  const root = join(__dirname, "..", "..");
  return [join(folder, name), join(root, "dist", relative(root, folder), name)].find((file) => existsSync(file));
}
