import { lstatSync, statSync } from "node:fs";

/** The id of the user that runs this process; undefined if the operating system has no file owners. */
export const currentUid = process.getuid?.();

/**
 * Returns why another user could replace files in a folder, worded to follow its name. A sticky folder such as /tmp is insecure:
 * another user can put a journal beside a database there.
 * @returns undefined if only this user and the superuser can write to it
 */
export function insecureReason(path: string): string | undefined {
  if (currentUid === undefined) return undefined;
  const isTheirs = (uid: number): boolean => uid !== currentUid && uid !== 0;
  if (isTheirs(lstatSync(path).uid)) return "is owned by another user";
  // The owner may also link to another user's folder.
  const { mode, uid } = statSync(path);
  if (isTheirs(uid)) return "is a link to another user's folder";
  if ((mode & 0o002) !== 0) return "is world-writable; run chmod go-w on it";
  if ((mode & 0o020) !== 0) return "is group-writable; run chmod g-w on it";
  return undefined;
}
