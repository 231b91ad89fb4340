import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkInput } from "../../provider/files/read-input.js";
import { DriftError, reasonOf } from "../common/errors.js";

const megabyte = 1024 * 1024;

/** Returns whether the bytes are the beginning of a gzip file. */
const isPacked = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Reads a file, or standard input for `-`, decompresses gzip and removes a byte order mark. The next chunk overwrites the
 * current one.
 * @throws DriftError on a read error
 */
export async function* readBytes(path: string, source: string): AsyncGenerator<Buffer> {
  if (path === "-") return yield* plainBytes(process.stdin, source);
  const file = openFile(path, source);
  try {
    const stat = fstatSync(file);
    // Most states are small: one read, and no buffer of a megabyte for each.
    if (stat.isFile() && stat.size < megabyte) {
      const all = readFileSync(file);
      if (isPacked(all)) yield* plainBytes(Readable.from([all]), source);
      else yield withoutMark(all);
      return;
    }
    // Reusing one buffer is twice as fast as a stream for uncompressed files.
    const place = Buffer.allocUnsafeSlow(megabyte);
    let size = readSync(file, place, 0, megabyte, null);
    if (isPacked(place.subarray(0, size)) || !stat.isFile())
      return yield* plainBytes(rest(file, Buffer.from(place.subarray(0, size))), source);
    yield withoutMark(place.subarray(0, size));
    while ((size = readSync(file, place, 0, megabyte, null)) > 0) yield place.subarray(0, size);
  } catch (error) {
    if (error instanceof DriftError) throw error;
    throw new DriftError(`${source} cannot be read: ${reasonOf(error)}`);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string, source: string): number {
  try {
    checkInput(path);
    return openSync(path, "r");
  } catch (error) {
    throw new DriftError(`${source} cannot be read: ${reasonOf(error)}`);
  }
}

async function* rest(file: number, head: Buffer): AsyncGenerator<Buffer> {
  yield head;
  yield* createReadStream("", { fd: file, autoClose: false, highWaterMark: megabyte });
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).toString("hex") === "efbbbf" ? head.subarray(3) : head;
}

/** Error code of zlib for truncated data. */
const isCut = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";

/**
 * Decompresses gzip and removes a byte order mark. Leaves the stream open if the iteration ends early.
 * @throws DriftError on a read error
 */
export async function* plainBytes(stream: AsyncIterable<Buffer>, source: string): AsyncGenerator<Buffer> {
  try {
    const chunks = stream[Symbol.asyncIterator]();
    const head = await firstBytes(chunks);
    const all = joined(head, chunks);
    let isFirst = true;
    for await (const chunk of isPacked(head) ? unpacked(all) : all) {
      yield isFirst ? withoutMark(chunk) : chunk;
      isFirst = false;
    }
  } catch (error) {
    if (error instanceof DriftError) throw error;
    if (isCut(error)) throw new DriftError(`${source} is a truncated gzip file; create it again`);
    throw new DriftError(`${source} cannot be read: ${reasonOf(error)}`);
  }
}

/** Reads enough bytes to recognize gzip: the first chunk of a pipe can be one byte. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 3) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: megabyte });
  pipeline(Readable.from(packed), gunzip, () => {
    // The reader of the decompressed bytes gets the error.
  });
  yield* gunzip as AsyncIterable<Buffer>;
}
