import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import pLimit from "p-limit";
import {
  type ObjectContent,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
} from "../../../provider/objects/object-store";
import { parseObjectUrl } from "../../../provider/objects/object-url";
import { openObjectStore } from "../../../provider/objects/open-store";
import { uploadFile } from "../../../provider/objects/upload";
import type { Backend } from "./backends";

/** Opens the bucket of a backend. @param endpoint of a proxy before the emulator */
export function openStore(backend: Backend, endpoint?: string): Promise<ObjectStore> {
  return openObjectStore(parseObjectUrl(backend.url("", endpoint)));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Returns the error of a failing access, which must have none of the secrets. */
export async function failureOf(run: () => Promise<unknown>, secrets: readonly string[]): Promise<ObjectStoreError> {
  const error = await run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ObjectStoreError)) throw new Error(`not an ObjectStoreError: ${inspect(error)}`);
  for (const secret of secrets) expect(inspect(error)).not.toContain(secret);
  return error;
}

/** Returns all objects of a listing. */
export async function listAll(store: ObjectStore, prefix = ""): Promise<ObjectInfo[]> {
  return collect(store.list(prefix));
}

/** Returns the keys of a listing, sorted. */
export async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  return (await listAll(store, prefix)).map(({ key }) => key).sort();
}

/** Returns the text of an object. */
export async function textOf(content: ObjectContent | undefined): Promise<string> {
  if (!content) throw new Error("no content");
  return Buffer.concat(await collect(content.bytes)).toString();
}

/** Writes texts to keys, 16 at a time. The key is written as it is, so it may have any character. */
export async function putAll(backend: Backend, objects: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-objects-"));
  const limit = pLimit(16);
  try {
    await Promise.all(
      Object.entries(objects).map(([key, text], index) =>
        limit(async () => {
          const file = join(folder, String(index));
          writeFileSync(file, text);
          await uploadFile({ ...parseObjectUrl(backend.url()), path: key }, file);
        }),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
