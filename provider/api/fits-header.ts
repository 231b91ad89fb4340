/** What is said of a value that does not. */
export const unfit = "holds characters that cannot be sent in a header";

/** Can it be sent as the value of a header? Not with a line end, such as a file has after its last line. */
export function fitsHeader(text: string): boolean {
  // As Node.js has it; to ask its module would cost each command the loading of that.
  return !/[^\t\x20-\x7e\x80-\xff]/.test(text);
}
