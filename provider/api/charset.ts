import { isUtf8 } from "node:buffer";

/**
 * The body in UTF-8, as JSON has to be. UTF-16 is known by its mark or by what the header says; what is no UTF-8 is read in
 * the charset of the header; where nothing fits it stays as it is, and is no JSON to whoever reads it.
 */
export function toUtf8(body: Uint8Array, contentType: string | null): Uint8Array {
  const declared = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  const charset = utf16(body) ?? (declared?.startsWith("utf-16") ? declared : undefined);
  // A header that says Latin-1 of what is UTF-8 is a default that nobody has set right.
  if (charset === undefined && (declared === undefined || isUtf8(body))) return body;
  try {
    // In a memory of its own, which can be handed to another thread.
    return new TextEncoder().encode(new TextDecoder(charset ?? declared, { fatal: true }).decode(body));
  } catch {
    return body;
  }
}

function utf16([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}
