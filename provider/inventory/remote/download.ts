import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { InventoryFileError } from "../store/database.js";

/** The validators of a copy, which its server compares with those of the current file. */
export interface Validators {
  readonly etag?: string | undefined;
  /** As the server sent it. */
  readonly lastModified?: string | undefined;
}

/** The content that was written to a file. */
export interface Content {
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A downloaded file. */
export interface Download extends Content {
  readonly validators: Validators;
}

/**
 * Downloads to a path, which is created or overwritten.
 * @param validators those of the copy that the caller has
 * @returns undefined if that copy is current
 * @throws ApiError, ObjectStoreError, DownloadError
 */
export type Source = (path: string, validators: Validators | undefined) => Promise<Download | undefined>;

/** The downloaded file is not usable, and an older copy may be. */
export class DownloadError extends InventoryFileError {}

/** Maximum size of an inventory file in bytes. One with 1,000,000 items has less than a quarter of it. */
const MAX_SIZE = 4 * 1024 ** 3;

/** @throws DownloadError if a declared or received size exceeds the maximum */
export function checkSize(size: number, name: string): void {
  if (size <= MAX_SIZE) return;
  throw new DownloadError(`the inventory file ${name} exceeds ${MAX_SIZE / 1024 ** 3} GB; check inventoryFile`);
}

/** Writes bytes to a file that only its owner can read. The file is complete on the disk when the promise is fulfilled. */
export async function receive(bytes: AsyncIterable<Uint8Array>, path: string, name: string): Promise<Content> {
  const hash = createHash("sha256");
  const file = await open(path, "w", 0o600);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      checkSize((size += chunk.byteLength), name);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    return { sha256: hash.digest("hex"), size };
  } finally {
    await file.close();
  }
}
