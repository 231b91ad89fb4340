import { canonical } from "../../provider/inventory/unicode.js";

const normalized = new Map<string, string>();

/** Returns a status without case, spaces, hyphens and underscores: `OutOfService`, `out-of-service` and `OUT_OF_SERVICE` are one. */
export function statusWord(status: string): string {
  let word = normalized.get(status);
  if (word === undefined) {
    word = canonical(status)
      .toLowerCase()
      .replace(/[\s_-]+/g, "");
    normalized.set(status, word);
  }
  return word;
}
