import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/** What stands in a file for its own digest while that is counted. */
export const noDigest = "0".repeat(64);

const chunkSize = 4 * 1024 * 1024;

/** Where in the file `text` begins; -1 where it does not occur. */
function find(file: number, text: string): number {
  const overlap = text.length - 1;
  const chunk = Buffer.alloc(chunkSize + overlap);
  for (let at = 0; ; at += chunkSize) {
    const length = readSync(file, chunk, 0, chunk.length, at);
    const found = chunk.subarray(0, length).indexOf(text, 0, "latin1");
    if (found >= 0) return at + found;
    if (length < chunk.length) return -1;
  }
}

/** The digest of the whole file, with zeros where its own digest stands. */
function digestOf(file: number, place: number): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(chunkSize);
  for (let at = 0; ; at += chunkSize) {
    const length = readSync(file, chunk, 0, chunkSize, at);
    for (let offset = 0; offset < noDigest.length; offset += 1) {
      const inside = place + offset - at;
      if (inside >= 0 && inside < length) chunk[inside] = 0x30;
    }
    hash.update(chunk.subarray(0, length));
    if (length < chunkSize) return hash.digest("hex");
  }
}

/** Puts the file's digest in the place of the zeros that follow `key`. @throws Error where there are none */
export function seal(path: string, key: string): void {
  const file = openSync(path, "r+");
  try {
    const at = find(file, key + noDigest);
    if (at < 0) throw new Error(`${path} has no place for its digest`);
    const place = at + key.length;
    writeSync(file, digestOf(file, place), place, "latin1");
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Is every byte of the file as it was when it was sealed with this digest? */
export function isWhole(path: string, key: string, digest: string): boolean {
  const file = openSync(path, "r");
  try {
    const at = find(file, key + digest);
    return at >= 0 && digestOf(file, at + key.length) === digest;
  } finally {
    closeSync(file);
  }
}
