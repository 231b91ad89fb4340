/** Foreign text for a terminal: on one line, with no control characters or direction marks that could act on it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}
