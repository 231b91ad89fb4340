import { statSync } from "node:fs";

/** Is it a pipe or a device? Opening one waits for who writes into it, for ever where there is nobody, and takes what it held. */
export function isSpecialFile(path: string): boolean {
  try {
    const found = statSync(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    // Whoever opens it says why that cannot be done.
    return false;
  }
}
