import { ObjectStoreError } from "./object-store.js";

/** The schemes of object stores, as in `PULUMI_BACKEND_URL`. */
export const objectSchemes = ["s3", "gs", "azblob"] as const;

export type ObjectScheme = (typeof objectSchemes)[number];

/** The parts of a URL such as `s3://bucket/prefix?region=eu-west-3`. */
export interface ObjectUrl {
  readonly scheme: ObjectScheme;
  /** The bucket or container. */
  readonly bucket: string;
  /** The key, or the prefix of keys: without a slash at the beginning, and without percent-encoding. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

const pattern = /^(s3|gs|azblob):\/\/([^/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/;

/** Returns whether a text is a URL of an object store. */
export function isObjectUrl(text: string): boolean {
  return objectSchemes.some((scheme) => text.startsWith(`${scheme}://`));
}

/**
 * Parses the URL of a bucket, container or object. Keys are taken as they are written, because a key may contain `%`.
 * @throws ObjectStoreError
 */
export function parseObjectUrl(text: string): ObjectUrl {
  const [, scheme, bucket, path = "", query = ""] = pattern.exec(text) ?? [];
  if (scheme === undefined || bucket === undefined || bucket.includes("@"))
    throw new ObjectStoreError(
      `${text.replace(/[?#].*$/, "").replace(/\/\/[^/]*@/, "//")} is not a URL of a bucket: use s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or azblob://CONTAINER/PREFIX`,
    );
  return { scheme: scheme as ObjectScheme, bucket, path, parameters: new URLSearchParams(query) };
}
