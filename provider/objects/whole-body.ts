import { setTimeout as sleep } from "node:timers/promises";
import type { Readable } from "node:stream";
import { ObjectStoreError } from "./object-store.js";

/** Maximum time without any byte (milliseconds). */
const IDLE_TIMEOUT_MS = 60_000;

/** Requests for the rest of a body that ended early. */
const MAX_RESUMPTIONS = 3;

/** Pause before the first of them, which doubles (milliseconds). */
const PAUSE_MS = 200;

/** The body of an object. */
interface Body {
  readonly stream: Readable;
  /** Bytes that the server announced; undefined if it did not. */
  readonly size: number | undefined;
  /** The URL of the object, for messages. */
  readonly url: string;
  /** Requests the bytes from an offset on, of the same version of the object. Absent: a body that ends early is an error. */
  readonly resume?: (offset: number) => Promise<Readable>;
}

/**
 * Reads a body. If it ends early or stalls, its rest is requested.
 * @throws ObjectStoreError if the body is not complete
 */
export function wholeBody(body: Body): AsyncIterable<Uint8Array> {
  // The connection may end before the first byte is read. Without a listener, the error would end the process.
  body.stream.on("error", () => undefined);
  return readAll(body);
}

async function* readAll({ stream, size, url, resume }: Body): AsyncGenerator<Uint8Array> {
  let read = 0;
  let current = stream;
  for (let attempt = 0; ; attempt++) {
    let reason = "the response ended";
    try {
      for await (const chunk of untilIdle(current)) {
        read += chunk.length;
        yield chunk;
      }
      if (size === undefined || read === size) return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      reason = code ?? message;
    }
    const canResume = resume !== undefined && size !== undefined && read < size && attempt < MAX_RESUMPTIONS;
    if (!canResume)
      throw new ObjectStoreError(
        `${url} is cut short: ${read} of ${size ?? "an unknown number of"} bytes were received (${reason}): try again`,
      );
    await sleep(PAUSE_MS * 2 ** attempt);
    current = await resume(read);
  }
}

/** Destroys a stream that has no byte for a time. The time that the caller needs for a chunk does not count. */
async function* untilIdle(stream: Readable): AsyncGenerator<Uint8Array> {
  const stop = (): void => void stream.destroy(new Error("timed out"));
  let timer = setTimeout(stop, IDLE_TIMEOUT_MS);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(stop, IDLE_TIMEOUT_MS);
    }
  } finally {
    clearTimeout(timer);
  }
}
