import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { ServerSideEncryption } from "@aws-sdk/client-s3";
import { type ObjectContent, type ObjectInfo, type ObjectStore, ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { type Action, type CloudHints, incompleteError, requestError } from "./request-error.js";
import { connectS3, type S3Connection } from "./s3-client.js";
import { bucketName } from "./url-parameters.js";
import { wholeBody } from "./whole-body.js";

const hints: CloudHints = {
  signIn: "sign in with `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  permission: {
    list: "s3:ListBucket on the bucket",
    read: "s3:GetObject on the object",
    write: "s3:PutObject on the object",
  },
  bucket: "check the bucket and the parameters region and endpoint",
};

/**
 * Opens a bucket of S3, or of a server with the same API.
 * @throws ObjectStoreError if the client is not installed, or a parameter of the URL is not supported
 */
export async function openS3(url: ObjectUrl): Promise<ObjectStore> {
  return new S3Store(url, await connectS3(url));
}

/** Writes an object, in one request. @throws ObjectStoreError */
export async function putS3(url: ObjectUrl, file: string, size: number): Promise<void> {
  const connection = await connectS3(url);
  try {
    await new S3Store(url, connection).put(url.path, file, size);
  } finally {
    connection.client.destroy();
  }
}

class S3Store implements ObjectStore {
  readonly name: string;
  readonly #bucket: string;
  readonly #connection: S3Connection;

  constructor(url: ObjectUrl, connection: S3Connection) {
    this.name = bucketName(url);
    this.#bucket = url.bucket;
    this.#connection = connection;
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const { client, commands } = this.#connection;
    const url = `${this.name}/${prefix}`;
    const tokens = new Set<string>();
    let token: string | undefined;
    do {
      const input = { Bucket: this.#bucket, Prefix: prefix, ContinuationToken: token };
      const page = await this.#failing("list", url, () => client.send(new commands.ListObjectsV2Command(input)));
      const objects = page.Contents ?? [];
      // The parser accepts XML that ends early.
      if (page.IsTruncated === undefined || (page.KeyCount !== undefined && page.KeyCount !== objects.length))
        throw incompleteError(url, "a page is cut short");
      for (const { Key, Size, LastModified } of objects) {
        if (Key === undefined || Size === undefined)
          throw incompleteError(url, "a page has an object without key or size");
        yield { key: Key, size: Size, modifiedAt: LastModified?.getTime() ?? 0 };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
      if (page.IsTruncated && (token === undefined || tokens.has(token)))
        throw incompleteError(url, "the next page has no continuation token, or a repeated one");
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
  }

  async open(key: string, ifNoneMatch?: string): Promise<ObjectContent | undefined> {
    const { client, commands } = this.#connection;
    const url = `${this.name}/${key}`;
    const input = { Bucket: this.#bucket, Key: key, IfNoneMatch: ifNoneMatch };
    const response = await this.#failing("read", url, async () => {
      try {
        return await client.send(new commands.GetObjectCommand(input));
      } catch (error) {
        if (statusOf(error) === 304) return undefined;
        throw error;
      }
    });
    if (!response) return undefined;
    const { Body, ContentLength, ETag } = response;
    const resume = async (offset: number): Promise<Readable> => {
      const rest = { Bucket: this.#bucket, Key: key, IfMatch: ETag, Range: `bytes=${offset}-` };
      const { Body, ContentRange } = await this.#failing("read", url, () =>
        client.send(new commands.GetObjectCommand(rest)),
      );
      if (!ContentRange?.startsWith(`bytes ${offset}-`)) throw incompleteError(url, "the server ignores ranges");
      return Body as Readable;
    };
    return { etag: ETag, bytes: wholeBody({ stream: Body as Readable, size: ContentLength, url, resume }) };
  }

  async put(key: string, file: string, size: number): Promise<void> {
    const { client, commands, encryption } = this.#connection;
    const { default: pRetry, AbortError } = await import("p-retry");
    await this.#failing("write", `${this.name}/${key}`, () =>
      // The client does not repeat a request whose body is a stream.
      pRetry(
        async () => {
          const input = new commands.PutObjectCommand({
            Bucket: this.#bucket,
            Key: key,
            Body: createReadStream(file),
            ContentLength: size,
            ServerSideEncryption: encryption.type as ServerSideEncryption | undefined,
            SSEKMSKeyId: encryption.keyId,
          });
          try {
            await client.send(input);
          } catch (error) {
            const status = statusOf(error);
            if (status !== undefined && status < 500 && status !== 429) throw new AbortError(error as Error);
            throw error;
          }
        },
        { retries: 4, minTimeout: 500, randomize: true, shouldRetry: ({ error }) => !isSignedOut(error) },
      ),
    );
  }

  async #failing<Result>(action: Action, url: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw error instanceof ObjectStoreError ? error : await this.#error(action, url, error);
    }
  }

  async #error(action: Action, url: string, error: unknown): Promise<ObjectStoreError> {
    const { name, message, $response } = error as AwsError;
    if (message === "Region is missing")
      return new ObjectStoreError(`${url}: the region is unknown: add ?region=… to the URL, or set AWS_REGION`);
    const status = statusOf(error);
    const region = $response?.headers?.["x-amz-bucket-region"];
    const code = /^(Unknown|UnknownError|Error|\d+)$/.test(name) ? undefined : name;
    const failure = {
      action,
      url,
      status,
      code,
      message: /^(UnknownError|Unknown|The specified key.*|\d+)$/.test(message) ? "" : message,
      cause: error,
      isSignedOut: isSignedOut(error),
      isMissing:
        action === "read" && status === 404 && (code === undefined || code === "NoSuchKey" || code === "NotFound"),
      hint:
        status === 301 && region
          ? `the bucket is in another region: use ?region=${region.replace(/[^\w-]/g, "")}`
          : undefined,
    };
    return requestError(failure, hints, await this.#secrets());
  }

  async #secrets(): Promise<readonly (string | undefined)[]> {
    try {
      const { secretAccessKey, sessionToken, accessKeyId } = await this.#connection.client.config.credentials();
      return [secretAccessKey, sessionToken, accessKeyId];
    } catch {
      return [process.env["AWS_SECRET_ACCESS_KEY"], process.env["AWS_SESSION_TOKEN"]];
    }
  }
}

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function statusOf(error: unknown): number | undefined {
  return (error as AwsError).$metadata?.httpStatusCode;
}

const signedOut =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|InvalidClientTokenId|UnrecognizedClientException|InvalidIdentityToken(Exception)?|AuthFailure)$/;

/** Returns whether there are no credentials, or the cloud rejects them. */
function isSignedOut(error: unknown): boolean {
  return signedOut.test((error as AwsError).name);
}
