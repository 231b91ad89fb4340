import { RE2JS } from "re2js";
import type { Agreement } from "./agreement.js";
import { textOf } from "./text.js";

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
export function fitsPattern(property: unknown, record: unknown): Agreement {
  const pattern = textOf(record);
  return compile(pattern)?.matches(textOf(property)) ?? `${JSON.stringify(pattern)} is not a regular expression (RE2)`;
}
