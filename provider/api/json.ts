import { isUtf8 } from "node:buffer";
import { PageError } from "./page-error.js";

/** How deep an answer may be nested: records are shallow, and what writes and compares them goes down step by step. */
export const deepest = 100;

/** Bytes of what is no JSON that are told: more than are shown, so that a secret among these can still be known as one. */
const told = 16 * 1024;

/**
 * The JSON of an answer. An integer that a number of JavaScript would round becomes a text with its digits, so that no two
 * ids become one; so does a number beyond all that it can hold.
 * @throws PageError `json` where it is cut short, no JSON or no UTF-8, `shape` where it is nested beyond reason
 */
export function parseJson(body: Uint8Array): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isUtf8(bytes)) throw new PageError("json", `(neither UTF-8 nor what it says it is) ${beginning(bytes)}`);
  const text = bytes.toString("utf8", bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PageError("json", beginning(bytes));
  }
  return isRounded(value, 0) ? JSON.parse(text, exactly as (key: string, value: unknown) => unknown) : value;
}

function beginning(bytes: Buffer): string {
  const text = bytes.toString("utf8", 0, told);
  return text.trim() === "" ? "(empty)" : text;
}

/** May this number have been rounded? */
function isInexact(value: number): boolean {
  return !Number.isSafeInteger(value) && (Number.isInteger(value) || !Number.isFinite(value));
}

/** Does it hold a number that may have been rounded? @throws PageError where it is nested too deeply */
function isRounded(value: unknown, depth: number): boolean {
  if (typeof value === "number") return isInexact(value);
  if (typeof value !== "object" || value === null) return false;
  if (depth === deepest) throw new PageError("shape", `the answer is nested more than ${deepest} levels deep`);
  let rounded = false;
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place += 1) if (isRounded(value[place], depth + 1)) rounded = true;
    return rounded;
  }
  for (const name in value) {
    const inner = (value as Record<string, unknown>)[name];
    // Nearly all are texts: a call for each would cost a tenth of the whole load.
    if (typeof inner === "string") continue;
    if (isRounded(inner, depth + 1)) rounded = true;
  }
  return rounded;
}

/** A reviver: numbers as they are written, where they would not stay what they are. */
function exactly(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) || !Number.isFinite(value) ? source : value;
}
