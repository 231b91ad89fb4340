import { canonical } from "./unicode.js";

/**
 * Compiles a pattern in which `*` stands for any text and every other character for itself. Unicode forms make no difference.
 * Globs of Node.js and of libraries stop at a `/`, treat `?`, `[` and `{` as special, or backtrack. URNs and types need none of that.
 */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = canonical(pattern).split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => canonical(text) === first;
  return (given) => {
    const text = canonical(given);
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** Returns whether the pattern matches the whole text. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return compileWildcard(pattern)(text);
}
