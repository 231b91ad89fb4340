import { lstatSync } from "node:fs";

/**
 * Returns whether the path exists. Dangling symlinks count: a configured file must not be skipped silently.
 * @throws Error if that cannot be determined, as in a folder that is not searchable
 */
export function pathExists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
