import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkInput } from "../../provider/read-input.js";
import { DriftError, reasonOf } from "../errors.js";

const megabyte = 1024 * 1024;

/** Begins these bytes a gzip file? */
const isPacked = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes of a file, or of standard input where it is `-`, unpacked where they are gzip, without a byte order mark; each
 * chunk is to be used before the next.
 * @throws DriftError where they cannot be read to their end
 */
export async function* bytesOf(path: string, source: string): AsyncGenerator<Buffer> {
  if (path === "-") return yield* plainBytes(process.stdin, source);
  const file = openFile(path, source);
  try {
    // Into one place, again and again: that is twice as fast as a stream, for what is not packed.
    const place = Buffer.allocUnsafeSlow(megabyte);
    let size = readSync(file, place, 0, megabyte, null);
    if (isPacked(place.subarray(0, size)) || !fstatSync(file).isFile() || size < megabyte)
      return yield* plainBytes(Readable.from(rest(file, Buffer.from(place.subarray(0, size)))), source);
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

/** What zlib says of packed bytes that end too early. */
const isCut = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";

async function* plainBytes(stream: Readable, source: string): AsyncGenerator<Buffer> {
  try {
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await firstBytes(chunks);
    const all = joined(head, chunks);
    let isFirst = true;
    for await (const chunk of isPacked(head) ? unpacked(all) : all) {
      yield isFirst ? withoutMark(chunk) : chunk;
      isFirst = false;
    }
  } catch (error) {
    if (error instanceof DriftError) throw error;
    if (isCut(error))
      throw new DriftError(`${source} is not whole: it is packed with gzip and was cut short; make it again`);
    throw new DriftError(`${source} cannot be read: ${reasonOf(error)}`);
  }
}

/** A pipe may bring one byte at first: enough of them to see what they are. */
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
    // The reader of the unpacked bytes is told of the fault.
  });
  yield* gunzip as AsyncIterable<Buffer>;
}
