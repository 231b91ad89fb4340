import { FolderStore } from "../../../provider/objects/folder.js";
import { ObjectStoreError, type ObjectInfo, type ObjectStore } from "../../../provider/objects/object-store.js";
import { DriftError } from "../../common/errors.js";
import { plainBytes, readBytes } from "../read-bytes.js";
import type { StateSource } from "../source.js";

/**
 * A state in an object, which is opened only when it is read. A fleet has many of them, so a source has only its key, and derives
 * its names.
 */
export abstract class ObjectSource implements StateSource {
  abstract readonly name: string;
  abstract readonly stack: string;
  readonly size: number;
  readonly note: string | undefined;
  protected readonly key: string;
  protected abstract readonly store: ObjectStore;

  constructor({ key, size }: Pick<ObjectInfo, "key" | "size">, note: string | undefined) {
    this.key = key;
    this.size = size;
    this.note = note;
  }

  /** A large file is read in a worker, by its path. */
  get file(): string | undefined {
    return this.store instanceof FolderStore ? this.store.pathOf(this.key) : undefined;
  }

  bytes(): AsyncGenerator<Buffer> {
    const { file } = this;
    return file === undefined ? bytesOf(this.store, this.key, this.name) : readBytes(file, file);
  }
}

async function* bytesOf(store: ObjectStore, key: string, name: string): AsyncGenerator<Buffer> {
  let bytes: AsyncIterable<Uint8Array>;
  try {
    const content = await store.open(key);
    if (content === undefined) throw new Error("the response is 304 without a condition");
    ({ bytes } = content);
  } catch (error) {
    if (error instanceof ObjectStoreError && error.isMissing)
      throw new DriftError(`${name} was removed while the states were read: run the command again`);
    throw error;
  }
  const parts = buffers(bytes);
  try {
    yield* plainBytes(parts, name);
  } finally {
    await parts.return(undefined);
  }
}

async function* buffers(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const part of bytes) yield Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
