import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a folder and its parents if they do not exist. `mkdir` of Node.js with `recursive` never returns on a file system that
 * rejects every new folder, such as /proc.
 * @throws the system's error
 */
export function ensureDir(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) return unlessMade(path, error);
    ensureDir(dirname(path), mode);
    try {
      mkdirSync(path, { mode });
    } catch (again) {
      unlessMade(path, again);
    }
  }
}

/** Ignores the error if another process has created the folder meanwhile. */
function unlessMade(path: string, error: unknown): void {
  if (!isFolder(path)) throw error;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
