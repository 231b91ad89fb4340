/** The message for a value that {@link isValidHeaderValue} rejects. */
export const INVALID_HEADER_VALUE = "holds characters that cannot be sent in a header";

/** Returns whether the text can be a header value. It cannot have a line end, such as the last one of a file. */
export function isValidHeaderValue(text: string): boolean {
  // The rule of Node.js. Loading `node:http` for it would slow down every command.
  return !/[^\t\x20-\x7e\x80-\xff]/.test(text);
}
