import type { ObjectStore } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";

/**
 * Opens the bucket or container of a URL with the credentials that the cloud's own tools use. Its client is loaded only now.
 * @throws ObjectStoreError if the client is not installed, or a parameter of the URL is not supported
 */
export async function openObjectStore(url: ObjectUrl): Promise<ObjectStore> {
  switch (url.scheme) {
    case "s3":
      return (await import("./s3.js")).openS3(url);
    case "gs":
      return (await import("./gcs.js")).openGcs(url);
    case "azblob":
      return (await import("./azure.js")).openAzure(url);
  }
}
