/** Foreign text for a terminal: on one line, with no control characters or direction marks that could act on it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}

/** The same for a file that holds texts as they are: they keep their lines and tabs. */
export function printableLines(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, " ");
}
