/** SQLite's result codes for a corrupt file, and for a file that is not a database. */
const corrupt = 11;
const notADatabase = 26;

/** An error of SQLite, with its extended result code. */
const unlikeWritten = /^(malformed |unsupported file format|no such (table|column|module|index)|table \w+ has )/;

/** Returns whether the error means a corrupt file: an error of SQLite, or ours for invalid content. */
export function isCorruption(error: unknown): boolean {
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: unknown };
  if (typeof errcode === "number" && [corrupt, notADatabase].includes(errcode & 0xff)) return true;
  // The file was written with valid JSON and all tables.
  return error instanceof SyntaxError || (errcode === 1 && unlikeWritten.test(String(message)));
}

/** Returns an error that {@link isCorruption} accepts. */
export function corruptionError(message: string): Error {
  return Object.assign(new Error(message), { errcode: corrupt });
}
