import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

const CHUNK_SIZE = 1024 * 1024;

/** Returns the SHA-256 of a file in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_SIZE })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
