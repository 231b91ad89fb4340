import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isRunning } from "../platform/processes.js";

/** Files and folders of this process that must not outlive it. */
const held = new Set<string>();

let isWatching = false;

/**
 * Removes partial files when a signal or `process.exit` ends the process. A signal that arrives during synchronous work is handled
 * after that work, and then ends the process as usual.
 */
export function watchSignals(): void {
  if (isWatching) return;
  isWatching = true;
  process.once("exit", removeHeld);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      removeHeld();
      // Another listener decides how the process ends.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
}

function removeHeld(): void {
  for (const path of held) remove(path);
}

/** Runs `work`, and removes the file or folder after it, or when the process ends before. */
export function withPartial<T>(path: string, work: () => T): T {
  watchSignals();
  held.add(path);
  const release = (): void => {
    remove(path);
    held.delete(path);
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    release();
    throw error;
  }
  if (result instanceof Promise) return result.finally(release) as T;
  release();
  return result;
}

/** Removes a partial file and the files of SQLite beside it. */
function remove(path: string): void {
  for (const suffix of ["", "-journal"]) {
    try {
      rmSync(path + suffix, { recursive: true, force: true });
    } catch {
      // Its folder may be deleted or read-only. The next write removes the file.
    }
  }
}

/** Returns the name of the partial file beside a file, short enough for every file system. */
export function partialOf(path: string): string {
  return join(dirname(path), `${stem(path)}.${process.pid}.partial`);
}

/** At most 200 of the 255 bytes that a name may have. */
function stem(path: string): string {
  return Buffer.from(basename(path)).subarray(0, 200).toString();
}

/** Removes the partial files of this file that belong to ended processes. */
export function removeStalePartials(path: string): void {
  const begin = `${stem(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(begin)) continue;
    const [, pid] = /^(\d+)\.partial(-journal)?$/.exec(name.slice(begin.length)) ?? [];
    if (pid === undefined || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    rmSync(join(dirname(path), name), { force: true });
  }
}
