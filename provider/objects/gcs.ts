import { openAsBlob } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { GcsClient, type GcsRequest, GcsRequestError } from "./gcs-client.js";
import type { ObjectContent, ObjectInfo, ObjectStore } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { type Action, type CloudHints, incompleteError, requestError } from "./request-error.js";
import { bucketName } from "./url-parameters.js";
import { wholeBody } from "./whole-body.js";

const hints: CloudHints = {
  signIn:
    "sign in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_OAUTH_ACCESS_TOKEN",
  permission: {
    list: "storage.objects.list on the bucket (role Storage Object Viewer)",
    read: "storage.objects.get on the object (role Storage Object Viewer)",
    write: "storage.objects.create and storage.objects.delete on the bucket (role Storage Object User)",
  },
  bucket: "check the bucket",
};

/** A page of a listing. Only these fields are requested. */
interface ListPage {
  readonly kind?: string;
  readonly items?: readonly { readonly name?: string; readonly size?: string; readonly updated?: string }[];
  readonly nextPageToken?: string;
}

/**
 * Opens a bucket of Google Cloud Storage.
 * @throws ObjectStoreError if the client is not installed, there are no credentials, or a parameter of the URL is not supported
 */
export async function openGcs(url: ObjectUrl): Promise<ObjectStore> {
  return new GcsStore(url, await GcsClient.connect(url, false));
}

/** Writes an object, in one request. @throws ObjectStoreError */
export async function putGcs(url: ObjectUrl, file: string): Promise<void> {
  const client = await GcsClient.connect(url, true);
  try {
    await new GcsStore(url, client).put(url.path, await openAsBlob(file));
  } finally {
    client.close();
  }
}

class GcsStore implements ObjectStore {
  readonly name: string;
  readonly #path: string;
  readonly #client: GcsClient;

  constructor(url: ObjectUrl, client: GcsClient) {
    this.name = bucketName(url);
    this.#path = `/b/${encodeURIComponent(url.bucket)}/o`;
    this.#client = client;
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const url = `${this.name}/${prefix}`;
    const tokens = new Set<string>();
    let pageToken: string | undefined;
    do {
      const query = { prefix, pageToken, maxResults: "1000", fields: "kind,items(name,size,updated),nextPageToken" };
      const page = await this.#page(url, { path: this.#path, query });
      for (const { name, size, updated } of page.items ?? []) {
        if (name === undefined || size === undefined)
          throw incompleteError(url, "a page has an object without name or size");
        yield { key: name, size: Number(size), modifiedAt: Date.parse(updated ?? "") || 0 };
      }
      pageToken = page.nextPageToken || undefined;
      if (pageToken !== undefined && tokens.has(pageToken)) throw incompleteError(url, "a page token is repeated");
      if (pageToken !== undefined) tokens.add(pageToken);
    } while (pageToken !== undefined);
  }

  async open(key: string, ifNoneMatch?: string): Promise<ObjectContent | undefined> {
    const url = `${this.name}/${key}`;
    const path = `${this.#path}/${encodeURIComponent(key)}`;
    // Each write of an object has a new generation, so it serves as the ETag.
    const request = { path, query: { alt: "media", ifGenerationNotMatch: ifNoneMatch } };
    const { status, body, headers } = await this.#send("read", url, request);
    const generation = headers.get("x-goog-generation");
    const etag = generation ?? undefined;
    const stream = body as Readable;
    // The emulator ignores conditions.
    if (status === 304 || (etag !== undefined && etag === ifNoneMatch)) {
      stream.destroy();
      return undefined;
    }
    const length = headers.get("content-length");
    const resume = async (offset: number): Promise<Readable> => {
      const query = { alt: "media", ifGenerationMatch: etag };
      const rest = await this.#send("read", url, { path, query, offset });
      if (rest.headers.get("x-goog-generation") !== generation)
        throw incompleteError(url, "it changed while it was read");
      return rest.body as Readable;
    };
    return { etag, bytes: wholeBody({ stream, size: length === null ? undefined : Number(length), url, resume }) };
  }

  async put(key: string, body: Blob): Promise<void> {
    await this.#send("write", `${this.name}/${key}`, {
      path: this.#path,
      query: { uploadType: "media", name: key },
      body,
    });
  }

  async #page(url: string, request: GcsRequest): Promise<ListPage> {
    const { body } = await this.#send("list", url, request);
    const json = await text(wholeBody({ stream: body as Readable, size: undefined, url }));
    try {
      const page = JSON.parse(json) as ListPage;
      if (page.kind === "storage#objects") return page;
    } catch {
      // Reported as the other kinds of damage.
    }
    throw incompleteError(url, "a page is cut short, or not JSON of the storage API");
  }

  async #send(action: Action, url: string, request: GcsRequest): ReturnType<GcsClient["send"]> {
    try {
      return await this.#client.send(request);
    } catch (error) {
      const isResponse = error instanceof GcsRequestError;
      const { status, code, message } = isResponse ? error : { status: undefined, code: undefined, message: "" };
      const isBucket = /bucket does not exist/i.test(message);
      const isSignedOut = isResponse && status === undefined;
      const isMissing = action === "read" && status === 404 && !isBucket;
      const failure = { action, url, status, code, message, cause: error, isSignedOut, isMissing };
      throw requestError(failure, hints, this.#client.secrets);
    }
  }
}
