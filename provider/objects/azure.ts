import type { Readable } from "node:stream";
import type { RestError } from "@azure/storage-blob" with { "resolution-mode": "import" };
import { type AzureConnection, connectAzure } from "./azure-client.js";
import { type ObjectContent, type ObjectInfo, type ObjectStore, ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { type Action, type CloudHints, incompleteError, requestError } from "./request-error.js";
import { bucketName } from "./url-parameters.js";
import { wholeBody } from "./whole-body.js";

const hints: CloudHints = {
  signIn:
    "sign in with `az login`, or set AZURE_STORAGE_KEY with AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING",
  permission: {
    list: "the role Storage Blob Data Reader on the container, or a SAS with the permission list",
    read: "the role Storage Blob Data Reader on the container, or a SAS with the permission read",
    write: "the role Storage Blob Data Contributor on the container, or a SAS with the permissions create and write",
  },
  bucket: "check the container and storage_account",
};

/** Blobs in a page of a listing. */
const PAGE_SIZE = 1000;

/** The client would not request the rest of a body after the server closed the connection. */
const ownRetries = { maxRetryRequests: 0 };

/**
 * Opens a container of Azure Blob Storage.
 * @throws ObjectStoreError if a client is not installed, or a parameter of the URL is not supported
 */
export async function openAzure(url: ObjectUrl): Promise<ObjectStore> {
  return new AzureStore(url, await connectAzure(url));
}

/** Writes an object. @throws ObjectStoreError */
export async function putAzure(url: ObjectUrl, file: string): Promise<void> {
  await new AzureStore(url, await connectAzure(url)).put(url.path, file);
}

class AzureStore implements ObjectStore {
  readonly name: string;
  readonly #connection: AzureConnection;

  constructor(url: ObjectUrl, connection: AzureConnection) {
    this.name = bucketName(url);
    this.#connection = connection;
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const url = `${this.name}/${prefix}`;
    const pages = this.#connection.container.listBlobsFlat({ prefix }).byPage({ maxPageSize: PAGE_SIZE });
    const markers = new Set<string>();
    for (;;) {
      const { value: page, done } = await this.#failing("list", url, () => pages.next());
      if (done) return;
      for (const { name, properties } of page.segment.blobItems) {
        const { contentLength, lastModified } = properties;
        if (contentLength === undefined) throw incompleteError(url, `the blob ${name} has no length`);
        yield { key: name, size: contentLength, modifiedAt: lastModified.getTime() };
      }
      const marker = page.continuationToken;
      if (marker && markers.has(marker)) throw incompleteError(url, "a continuation token is repeated");
      if (marker) markers.add(marker);
    }
  }

  async open(key: string, ifNoneMatch?: string): Promise<ObjectContent | undefined> {
    const url = `${this.name}/${key}`;
    const blob = this.#connection.container.getBlobClient(key);
    const conditions = ifNoneMatch === undefined ? {} : { ifNoneMatch };
    const response = await this.#failing("read", url, async () => {
      try {
        return await blob.download(0, undefined, { conditions, ...ownRetries });
      } catch (error) {
        if ((error as RestError).statusCode === 304) return undefined;
        throw error;
      }
    });
    if (!response?.readableStreamBody) return undefined;
    const { etag, contentLength, readableStreamBody } = response;
    const resume = async (offset: number): Promise<Readable> => {
      const options = { conditions: etag === undefined ? {} : { ifMatch: etag }, ...ownRetries };
      const rest = await this.#failing("read", url, () => blob.download(offset, undefined, options));
      return rest.readableStreamBody as Readable;
    };
    return { etag, bytes: wholeBody({ stream: readableStreamBody as Readable, size: contentLength, url, resume }) };
  }

  async put(key: string, file: string): Promise<void> {
    const blob = this.#connection.container.getBlockBlobClient(key);
    await this.#failing("write", `${this.name}/${key}`, () => blob.uploadFile(file));
  }

  async #failing<Result>(action: Action, url: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw error instanceof ObjectStoreError ? error : this.#error(action, url, error);
    }
  }

  #error(action: Action, url: string, error: unknown): ObjectStoreError {
    const { name, code, statusCode: status, message } = error as RestError;
    const isIdentity =
      /^(CredentialUnavailableError|AggregateAuthenticationError|Authentication(Required)?Error)$/.test(name);
    const failure = {
      action,
      url,
      status: isIdentity ? undefined : status,
      code: isIdentity ? undefined : code,
      message,
      cause: error,
      isSignedOut:
        isIdentity ||
        status === 401 ||
        /^(AuthenticationFailed|InvalidAuthenticationInfo)$/.test(code ?? "") ||
        /failed to authenticate/i.test(message),
      isMissing: code === "BlobNotFound" || (action === "read" && status === 404 && code !== "ContainerNotFound"),
    };
    return requestError(failure, hints, this.#connection.secrets);
  }
}
