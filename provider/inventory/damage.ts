/** SQLite's result codes for a damaged file, and for one that is no database at all. */
const corrupt = 11;
export const notADatabase = 26;

/** Is this SQLite's word for a damaged file, or ours for one whose content cannot be what was written? */
export function isDamage(error: unknown): boolean {
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: unknown };
  if (typeof errcode === "number" && [corrupt, notADatabase].includes(errcode & 0xff)) return true;
  // What was written was JSON.
  return error instanceof SyntaxError || (errcode === 1 && message === "malformed JSON");
}

/** An error that {@link isDamage}. */
export function damage(message: string): Error {
  return Object.assign(new Error(message), { errcode: corrupt });
}
