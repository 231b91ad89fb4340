import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Returns the compiled file of a worker thread. It lies beside the module that starts it, or in `dist` if the sources run
 * as they are, as in a test.
 * @param folder the module's folder, two levels below the package's root
 * @returns undefined if there is none, as in a program that a bundler made one file of, or if Node.js permits no worker
 *   threads (`--permission` without `--allow-worker`): the work is done in this thread then
 */
export function threadFile(folder: string, name: string): string | undefined {
  if ((process.permission as typeof process.permission | undefined)?.has("worker") === false) return undefined;
  const root = join(folder, "..", "..");
  return [join(folder, name), join(root, "dist", relative(root, folder), name)].find((file) => existsSync(file));
}
