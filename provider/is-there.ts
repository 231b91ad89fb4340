import { lstatSync } from "node:fs";

/**
 * Is something by this name there, if only a link that leads nowhere? Whoever put it there wants it read.
 * @throws Error where nobody can tell, as in a folder that may not be searched
 */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
