import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

// SQLite detects malformed pages but not changed content, so an inventory file ends with a checksum of all bytes before it. SQLite
// ignores bytes after its pages. The checksum detects accidental corruption, not manipulation.

const PREFIX = "\norange-cmdb crc32 ";
const LENGTH = Buffer.byteLength(line(0));
const CHUNK_SIZE = 1024 * 1024;

function line(checksum: number): string {
  return `${PREFIX}${checksum.toString(16).padStart(8, "0")}\n`;
}

function withFile<T>(path: string, flags: string, work: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** Appends the checksum of a file to it. */
export function appendChecksum(path: string): void {
  withFile(path, "r+", (file) => {
    const { size } = fstatSync(file);
    writeSync(file, line(checksumOf(file, size)), size);
  });
}

/** Returns whether the checksum of a file is valid. */
export function hasValidChecksum(path: string): boolean {
  return withFile(path, "r", (file) => {
    const size = fstatSync(file).size - LENGTH;
    if (size < 0) return false;
    return endOf(file, size) === line(checksumOf(file, size));
  });
}

/**
 * Copies a file without its checksum, so that SQLite can write the copy. The bytes are verified as they are copied, in one pass.
 * @param to an empty file; it is not truncated, because ext4 flushes a file that was truncated when it is closed
 * @returns whether the checksum is valid
 */
export function copyWithoutChecksum(from: string, to: string): boolean {
  return withFile(from, "r", (source) =>
    withFile(to, "r+", (target) => {
      const size = fstatSync(source).size - LENGTH;
      return size >= 0 && endOf(source, size) === line(checksumOf(source, size, (chunk) => writeAll(target, chunk)));
    }),
  );
}

/** Writes all bytes: near the end of a disk, one call may write only a part of them. */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += writeSync(file, bytes, at));
}

function endOf(file: number, size: number): string {
  const end = Buffer.alloc(LENGTH);
  readSync(file, end, 0, LENGTH, size);
  return end.toString("latin1");
}

function checksumOf(file: number, size: number, onChunk?: (chunk: Buffer) => void): number {
  const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
  let checksum = 0;
  for (let at = 0; at < size;) {
    const length = readSync(file, chunk, 0, Math.min(CHUNK_SIZE, size - at), at);
    if (length === 0) break;
    const read = chunk.subarray(0, length);
    checksum = crc32(read, checksum);
    onChunk?.(read);
    at += length;
  }
  return checksum;
}

/** Returns a text with its checksum, as {@link parseChecked} reads it. */
export function formatChecked(text: string): string {
  return text + line(crc32(text));
}

/** Returns the text without its checksum; undefined if the checksum is invalid. */
export function parseChecked(bytes: Buffer): string | undefined {
  const text = bytes.subarray(0, Math.max(0, bytes.length - LENGTH));
  return bytes.toString("latin1", text.length) === line(crc32(text)) ? text.toString() : undefined;
}
