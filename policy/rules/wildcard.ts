import { canonical } from "../../provider/inventory/unicode.js";

/** Returns whether the whole text fits the pattern, in which `*` stands for any text. Unicode forms make no difference. */
export function fits(pattern: string, text: string): boolean {
  return fitsCanonical(canonical(pattern), canonical(text));
}

function fitsCanonical(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
