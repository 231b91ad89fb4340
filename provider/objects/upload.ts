import { stat } from "node:fs/promises";
import { ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { bucketName } from "./url-parameters.js";

/** Maximum size of an object that S3 takes in one request (bytes). */
const MAX_SIZE = 5 * 1024 ** 3;

/**
 * Writes a file to an object, or replaces the object. It is as private as the bucket: it gets no access-control list of its own.
 * @throws ObjectStoreError if the URL has no key, the client is not installed, or the object cannot be written
 */
export async function uploadFile(url: ObjectUrl, file: string): Promise<void> {
  const name = `${bucketName(url)}/${url.path}`;
  if (url.path === "" || url.path.endsWith("/"))
    throw new ObjectStoreError(`${name} is a folder: add the name of the object, such as inventory.db`);
  const { size } = await stat(file);
  if (size > MAX_SIZE) throw new ObjectStoreError(`${name} cannot be written: ${size} bytes exceed 5 GB`);
  switch (url.scheme) {
    case "s3":
      return (await import("./s3.js")).putS3(url, file, size);
    case "gs":
      return (await import("./gcs.js")).putGcs(url, file);
    case "azblob":
      return (await import("./azure.js")).putAzure(url, file);
  }
}
