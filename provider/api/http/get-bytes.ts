import type { Agent } from "node:http";
import type { Readable } from "node:stream";
import fetch, { type Headers } from "node-fetch";
import { isUtf8 } from "node:buffer";

/** An HTTP response whose body was read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The declared length of a response exceeds the limit. node-fetch throws an error of the same type if the body does. */
class ResponseTooLargeError extends Error {
  readonly type = "max-size";
}

/** Sends a GET without following redirects, and reads the body: at most `size` bytes after decompression. */
export async function getBytes(
  url: URL,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly agent: Agent;
    readonly size: number;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  const { status, headers } = response;
  if (Number(headers.get("content-length")) > init.size) {
    (response.body as Readable | null)?.destroy();
    throw new ResponseTooLargeError();
  }
  return { status, headers, body: toUtf8(new Uint8Array(await response.arrayBuffer()), headers.get("content-type")) };
}

/**
 * Converts the body to UTF-8, which JSON requires. UTF-16 is detected by its byte order mark or by the header. A body that is not
 * UTF-8 is decoded with the charset of the header. A body that no charset decodes is returned unchanged and fails to parse.
 */
export function toUtf8(body: Uint8Array, contentType: string | null): Uint8Array {
  const declared = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const charset = utf16(body) ?? (declared?.startsWith("utf-16") ? declared : undefined);
  // Servers often declare Latin-1 by default for UTF-8.
  if (charset === undefined && (declared === undefined || isUtf8(body))) return body;
  try {
    // Has a buffer of its own, which can be transferred to another thread.
    return new TextEncoder().encode(new TextDecoder(charset ?? declared, { fatal: true }).decode(body));
  } catch {
    return body;
  }
}

function utf16([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}
