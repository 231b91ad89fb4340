import { UserError } from "../platform/user-error.js";

/** An object of a listing. */
export interface ObjectInfo {
  readonly key: string;
  /** Bytes, as stored. */
  readonly size: number;
  /** When it was last written (milliseconds since the epoch). */
  readonly modifiedAt: number;
}

/** The content of an object. */
export interface ObjectContent {
  /** Undefined if the store has none. */
  readonly etag: string | undefined;
  /** The bytes as stored; a compressed object stays compressed. @throws ObjectStoreError if the object is cut short */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Read access to the objects of a bucket, a container or a folder. Throttled and failed requests are repeated, with pauses.
 */
export interface ObjectStore {
  /** The URL without its query, for messages, such as `s3://bucket`. It contains no credentials. */
  readonly name: string;
  /**
   * Lists all objects whose keys begin with a text, page after page.
   * @throws ObjectStoreError if a page cannot be read: a part of the list is never returned as the whole
   */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /**
   * Opens an object.
   * @param ifNoneMatch an ETag that the caller has the content of
   * @returns undefined if the object still has that ETag
   * @throws ObjectStoreError, with `isMissing` if there is no such object
   */
  open(key: string, ifNoneMatch?: string): Promise<ObjectContent | undefined>;
}

/** A bucket, container or object cannot be read or written. */
export class ObjectStoreError extends UserError {
  override readonly name = "ObjectStoreError";

  /**
   * @param message what failed, with the URL of the object and without credentials, and what to do
   * @param isMissing whether there is no such object
   * @param isRefusal whether the store refuses the credentials or the access, or there are no credentials
   */
  constructor(
    message: string,
    readonly isMissing = false,
    readonly isRefusal = false,
  ) {
    super(message);
  }

  override get title(): string {
    return "The object cannot be read";
  }
}
