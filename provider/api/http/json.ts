import { isUtf8 } from "node:buffer";
import { isRounded, parseRounded } from "../../platform/exact-json.js";
import { PageError } from "../errors/page-error.js";

/** Maximum nesting of a response. Records are shallow, and writing and comparing them recurses. */
export const MAX_JSON_DEPTH = 100;

/** Bytes of an invalid body to keep for the error message. More than is displayed, so that redaction sees whole secrets. */
const MAX_EXCERPT_BYTES = 16 * 1024;

/**
 * Parses the JSON of a response. Numbers keep every digit, as with `parseExactly`.
 * @throws PageError `json` if it is truncated, not JSON or not UTF-8, `shape` if it is nested too deeply
 */
export function parseJson(body: Uint8Array): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isUtf8(bytes)) throw new PageError("json", `(neither UTF-8 nor the declared charset) ${excerptOf(bytes)}`);
  const text = bytes.toString("utf8", bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PageError("json", excerptOf(bytes));
  }
  return isRounded(value, MAX_JSON_DEPTH, tooDeepError) ? parseRounded(text) : value;
}

const tooDeepError = (): PageError =>
  new PageError("shape", `the response is nested more than ${MAX_JSON_DEPTH} levels deep`);

function excerptOf(bytes: Buffer): string {
  const text = bytes.toString("utf8", 0, MAX_EXCERPT_BYTES);
  return text.trim() === "" ? "(empty)" : text;
}
