/** ASCII text has one form only, and no need to be normalized. */
const ascii = /^[\0-\x7f]*$/;

/** Returns whether the text has ASCII characters only. */
export const isAscii = (text: string): boolean => ascii.test(text);

/** Returns the form in which texts are compared (NFC): an accent may be part of its letter, or a character after it. */
export function canonical(text: string): string {
  return isAscii(text) ? text : text.normalize("NFC");
}
