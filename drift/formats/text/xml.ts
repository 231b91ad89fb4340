import { printable } from "../../../provider/platform/printable.js";

/** Escapes a text for XML, which cannot contain most control characters or lone surrogates. */
export function xml(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
