import { fstatSync, openSync, statSync } from "node:fs";

/**
 * The mirrors that are read past SQLite, by what the operating system calls them. They are never closed: that would drop the
 * locks that SQLite holds on them in this process, as POSIX wants it.
 */
const files = new Map<string, number>();

const nameOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string => `${dev} ${ino}`;

/** Opens the file to be read, once. */
export function descriptorOf(path: string): number {
  const known = files.get(nameOf(statSync(path)));
  if (known !== undefined) return known;
  const opened = openSync(path, "r");
  files.set(nameOf(fstatSync(opened)), opened);
  return opened;
}
