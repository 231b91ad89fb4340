import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DriftError, reasonOf } from "../errors.js";

const large = 4 * 1024 * 1024;

/** The bytes of a file, or of standard input where it is `-`. */
export function openBytes(path: string): Readable {
  return path === "-" ? process.stdin : createReadStream(path, { highWaterMark: large });
}

/** What a text that is not UTF-8 begins with. */
const utf16 = ["fffe", "feff"];

/**
 * The bytes of a stream, unpacked where they are gzip, without a byte order mark.
 * @throws DriftError where they cannot be read to their end
 */
export async function* plainBytes(stream: Readable, source: string): AsyncGenerator<Buffer> {
  try {
    const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await firstBytes(chunks);
    if (utf16.includes(head.subarray(0, 2).toString("hex")))
      throw new DriftError(`${source} is UTF-16, as a shell's redirection may write it; let pulumi write it: --file`);
    const all = joined(head, chunks);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    const plain = isGzip ? unpacked(all) : all;
    let isFirst = true;
    for await (const chunk of plain) {
      const marked = isFirst && chunk.subarray(0, 3).toString("hex") === "efbbbf";
      isFirst = false;
      yield marked ? chunk.subarray(3) : chunk;
    }
  } catch (error) {
    if (error instanceof DriftError) throw error;
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
  const { pipeline, Readable: From } = await import("node:stream");
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  pipeline(From.from(packed), gunzip, () => {
    // The reader of the unpacked bytes is told of the fault.
  });
  yield* gunzip as AsyncIterable<Buffer>;
}
