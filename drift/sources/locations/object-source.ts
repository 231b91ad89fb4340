import { FolderStore } from "../../../provider/objects/folder.js";
import { ObjectStoreError, type ObjectInfo, type ObjectStore } from "../../../provider/objects/object-store.js";
import { DriftError } from "../../common/errors.js";
import { plainBytes, readBytes } from "../read-bytes.js";
import type { StateSource } from "../source.js";

/**
 * Returns the reader of a listed object, which opens it only when it is read.
 * @param name name of the state in messages
 */
export function contentOf(
  store: ObjectStore,
  { key, size }: Pick<ObjectInfo, "key" | "size">,
  name: string,
): Pick<StateSource, "bytes" | "file" | "size"> {
  // A large file is read in a worker, by its path.
  if (store instanceof FolderStore) {
    const file = store.pathOf(key);
    return { file, size, bytes: () => readBytes(file, file) };
  }
  return { size, bytes: () => bytesOf(store, key, name) };
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
