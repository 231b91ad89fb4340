import { lstatSync, statSync } from "node:fs";

/** The user that runs this; undefined where the operating system knows no owners. */
export const user = process.getuid?.();

/**
 * Why somebody else could put something in the place of what lies in a folder; in words that follow its name.
 * A sticky one, as /tmp is, will not do: there others can put a log beside a database that is not theirs.
 * @returns undefined where nobody else could, the superuser left aside
 */
export function whyNotPrivate(path: string): string | undefined {
  if (user === undefined) return undefined;
  const isTheirs = (uid: number): boolean => uid !== user && uid !== 0;
  if (isTheirs(lstatSync(path).uid)) return "belongs to somebody else";
  // What a link of one's own leads to.
  const { mode, uid } = statSync(path);
  if (isTheirs(uid)) return "is a link to a folder of somebody else";
  if ((mode & 0o002) !== 0) return "can be written by everybody (chmod go-w mends that)";
  if ((mode & 0o020) !== 0) return "can be written by its group (chmod g-w mends that)";
  return undefined;
}
