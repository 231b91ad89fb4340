import { gzipSync } from "node:zlib";

/** Returns gzip that unpacks to so many megabytes of spaces: a member of the stream for each, packed once. */
export function gzipBomb(megabytes: number): Buffer {
  return Buffer.concat(Array<Buffer>(megabytes).fill(gzipSync(Buffer.alloc(2 ** 20, " "))));
}
