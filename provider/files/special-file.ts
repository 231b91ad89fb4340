import { statSync } from "node:fs";

/** Returns whether the path is a FIFO or a device. Opening a FIFO blocks until it has a writer. */
export function isSpecialFile(path: string): boolean {
  try {
    const found = statSync(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    // Opening the path reports the reason.
    return false;
  }
}
