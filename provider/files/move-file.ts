import { renameSync } from "node:fs";

/** How long a rename waits for readers on Windows, in milliseconds. Virus scanners hold a new file for about a second. */
const TIMEOUT_MS = 10_000;

const PAUSE_MS = 20;

/** The error codes with which Windows refuses to replace a file that another process has open. */
const IN_USE: readonly unknown[] = ["EACCES", "EBUSY", "EPERM"];

/**
 * Renames a file, and replaces the target atomically. On Windows it waits until no process has the target open.
 * @throws the system's error
 */
export function moveFile(from: string, to: string): void {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const mayEnd = process.platform === "win32" && IN_USE.includes((error as NodeJS.ErrnoException).code);
      if (!mayEnd || Date.now() > end) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
