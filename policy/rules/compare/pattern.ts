import { RE2JS } from "re2js";
import type { Agreement } from "./agreement.js";

const compiled = new Map<string, RE2JS | undefined>();

function compile(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    let expression: RE2JS | undefined;
    try {
      expression = RE2JS.compile(pattern);
    } catch {
      // Told by fitsPattern.
    }
    compiled.set(pattern, expression);
  }
  return compiled.get(pattern);
}

/** The whole text fits the pattern, in the RE2 dialect: time grows with the text alone, whatever the pattern. */
export function fitsPattern(property: string, pattern: string): Agreement {
  return compile(pattern)?.matches(property) ?? `${JSON.stringify(pattern)} is no regular expression (RE2)`;
}
