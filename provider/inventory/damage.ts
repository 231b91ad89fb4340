/** SQLite's result codes for a damaged file, and for one that is no database at all. */
const corrupt = 11;
export const notADatabase = 26;

/** What SQLite says, with a code for everything, of a file that is not as it was written. */
const unlikeWritten = /^(malformed |unsupported file format|no such (table|column|module|index)|table \w+ has )/;

/** Is this SQLite's word for a damaged file, or ours for one whose content cannot be what was written? */
export function isDamage(error: unknown): boolean {
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: unknown };
  if (typeof errcode === "number" && [corrupt, notADatabase].includes(errcode & 0xff)) return true;
  // What was written was JSON, in tables that are there.
  return error instanceof SyntaxError || (errcode === 1 && unlikeWritten.test(String(message)));
}

/** An error that {@link isDamage}. */
export function damage(message: string): Error {
  return Object.assign(new Error(message), { errcode: corrupt });
}
