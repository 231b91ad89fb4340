import { RE2JS } from "re2js";
import type { Agreement } from "./agreement.js";
import { textOf } from "../../../provider/model/keys/text.js";
import { memoize } from "../../../provider/platform/memoize.js";

const compile = memoize((pattern: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(pattern);
  } catch {
    // fitsPattern reports it.
    return undefined;
  }
});

/** Returns whether the whole text matches the RE2 pattern. RE2 runs in linear time, whatever the pattern. */
export function fitsPattern(property: unknown, record: unknown): Agreement {
  const pattern = textOf(record);
  return compile(pattern)?.matches(textOf(property)) ?? `${JSON.stringify(pattern)} is not a regular expression (RE2)`;
}
