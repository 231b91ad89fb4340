import { getAsset, isSea } from "node:sea";
import { compiledFile } from "./compiled-file.js";

/** The code of a worker thread, as the first argument and an option of `Worker`. */
export interface WorkerCode {
  /** The path of a file, or the code itself. */
  readonly source: string;
  /** Whether `source` is the code itself. */
  readonly eval: boolean;
}

/**
 * Returns the code of a worker thread: a compiled file, or what a single executable holds.
 * @param folder the folder of the module that starts the thread
 * @returns undefined if the file does not exist, as in a bundled program, or if Node.js permits no worker threads (`--permission`
 *   without `--allow-worker`). The work is then done in this thread
 */
export function workerCode(folder: string, name: string): WorkerCode | undefined {
  if ((process.permission as typeof process.permission | undefined)?.has("worker") === false) return undefined;
  if (isSea()) return { source: getAsset(name, "utf8"), eval: true };
  const source = compiledFile(folder, name);
  return source === undefined ? undefined : { source, eval: false };
}
