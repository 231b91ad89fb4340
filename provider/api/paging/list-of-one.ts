import { idOf } from "./page.js";
import { parseJson } from "../http/json.js";
import type { Attributes } from "../../model/records.js";

/**
 * Returns the body of a list of accounts as a JSON array. A single object with an `id` becomes a list of one, because the
 * published description types the list as one object. [spec] Every other body is returned unchanged.
 */
export function listOfOne(body: Uint8Array): Uint8Array {
  if (!isRecord(body)) return body;
  // Has a buffer of its own, which can be transferred to another thread.
  const list = new Uint8Array(body.byteLength + 2);
  list.set(body, 1);
  list[0] = "[".charCodeAt(0);
  list[list.length - 1] = "]".charCodeAt(0);
  return list;
}

function isRecord(body: Uint8Array): boolean {
  // Do not parse a list twice: it may be large.
  if (
    Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 64)).toString("latin1").trimStart()[0] !== "{"
  )
    return false;
  try {
    return idOf(parseJson(body) as Attributes) !== undefined;
  } catch {
    return false;
  }
}
