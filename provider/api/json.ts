import { isUtf8 } from "node:buffer";
import { isRounded, parseRounded } from "../inventory/exact-json.js";
import { PageError } from "./page-error.js";

/** How deep an answer may be nested: records are shallow, and what writes and compares them goes down step by step. */
export const deepest = 100;

/** Bytes of what is no JSON that are told: more than are shown, so that a secret among these can still be known as one. */
const told = 16 * 1024;

/**
 * Parses the JSON of an answer; numbers keep every digit, as with `parseExactly`.
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
  return isRounded(value, deepest, tooDeep) ? parseRounded(text) : value;
}

const tooDeep = (): PageError => new PageError("shape", `the answer is nested more than ${deepest} levels deep`);

function beginning(bytes: Buffer): string {
  const text = bytes.toString("utf8", 0, told);
  return text.trim() === "" ? "(empty)" : text;
}
