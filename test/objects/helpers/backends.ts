import { ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import type { ObjectScheme } from "../../../provider/objects/object-url";
import { azuriteAccount, type Emulator, type EmulatorName, s3Keys, startEmulator } from "./emulators";

/** The emulator behind each scheme. */
export const emulatorOf: Readonly<Record<ObjectScheme, EmulatorName>> = {
  s3: "versitygw",
  gs: "fake-gcs-server",
  azblob: "azurite",
};

/** The token that the emulator of Google Cloud Storage gets. It accepts any. */
export const gcsToken = "ya29.planted-gcs-token-0123456789";

/** A bucket or container on an emulator. */
export interface Backend {
  readonly scheme: ObjectScheme;
  readonly bucket: string;
  readonly emulator: Emulator;
  /** Credentials and settings of a process that uses the bucket. */
  readonly environment: Readonly<Record<string, string>>;
  /** The texts that no message may have. */
  readonly secrets: readonly string[];
  /**
   * Returns the URL of a key or prefix, as in `PULUMI_BACKEND_URL`.
   * @param endpoint of a proxy before the emulator
   */
  url(key?: string, endpoint?: string): string;
  /** Returns the environment for the endpoint of a proxy before the emulator. */
  environmentFor(endpoint: string): Readonly<Record<string, string>>;
  /** Writes many objects with the cloud's own API, over the connections of one client. */
  fill(objects: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes an object with the cloud's own API. */
  remove(key: string): Promise<void>;
  /** Returns the `backend` block of Terraform for a state. */
  terraform(key: string): string;
  close(): Promise<void>;
}

/** Starts the emulator of a scheme, with an empty bucket. */
export async function startBackend(scheme: ObjectScheme, bucket = "states"): Promise<Backend> {
  const emulator = await startEmulator(emulatorOf[scheme]);
  const backend = { s3, gs, azblob }[scheme](emulator, bucket);
  await createBucket[scheme](emulator, bucket);
  return { ...backend, scheme, bucket, emulator, close: () => emulator.close() };
}

type Parts = Pick<Backend, "environment" | "secrets" | "url" | "environmentFor" | "fill" | "remove" | "terraform">;

function s3(emulator: Emulator, bucket: string): Parts {
  const environment = {
    AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return {
    environment,
    secrets: [s3Keys.secretAccessKey],
    url: (key = "", endpoint = emulator.url) =>
      `s3://${bucket}/${key}?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`,
    environmentFor: () => environment,
    async fill(objects) {
      const client = s3Client(emulator);
      await forEach(objects, (Key, Body) =>
        client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Buffer.byteLength(Body) })),
      );
      client.destroy();
    },
    async remove(key) {
      const client = s3Client(emulator);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      client.destroy();
    },
    terraform: (key) => `backend "s3" {
  bucket = "${bucket}"
  key = "${key}"
  region = "us-east-1"
  endpoints = { s3 = "${emulator.url}" }
  use_path_style = true
  skip_credentials_validation = true
  skip_requesting_account_id = true
  skip_metadata_api_check = true
  skip_region_validation = true
  skip_s3_checksum = true
}`,
  };
}

function gs(emulator: Emulator, bucket: string): Parts {
  const environmentFor = (endpoint: string): Record<string, string> => ({
    // Pulumi accepts no scheme here.
    STORAGE_EMULATOR_HOST: new URL(endpoint).host,
    GOOGLE_OAUTH_ACCESS_TOKEN: gcsToken,
  });
  return {
    environment: environmentFor(emulator.url),
    secrets: [gcsToken],
    url: (key = "") => `gs://${bucket}/${key}`,
    environmentFor,
    fill: (objects) =>
      forEach(objects, async (key, body) => {
        const query = `uploadType=media&name=${encodeURIComponent(key)}`;
        const response = await fetch(`${emulator.url}/upload/storage/v1/b/${bucket}/o?${query}`, {
          method: "POST",
          body,
        });
        const text = await response.text();
        if (!response.ok) throw new Error(text);
      }),
    async remove(key) {
      const url = `${emulator.url}/storage/v1/b/${bucket}/o/${encodeURIComponent(key)}`;
      const response = await fetch(url, { method: "DELETE" });
      if (!response.ok) throw new Error(await response.text());
    },
    terraform: (key) => `backend "gcs" {
  bucket = "${bucket}"
  prefix = "${key}"
  access_token = "${gcsToken}"
  storage_custom_endpoint = "${emulator.url}/storage/v1/b"
}`,
  };
}

function azblob(emulator: Emulator, bucket: string): Parts {
  const { name, key: accountKey } = azuriteAccount;
  const environment = { AZURE_STORAGE_ACCOUNT: name, AZURE_STORAGE_KEY: accountKey };
  return {
    environment,
    secrets: [accountKey],
    url: (key = "", endpoint = emulator.url) =>
      `azblob://${bucket}/${key}?protocol=http&domain=${new URL(endpoint).host}&localemu=true&storage_account=${name}`,
    environmentFor: () => environment,
    fill(objects) {
      const client = container(emulator, bucket);
      return forEach(objects, (key, text) => client.getBlockBlobClient(key).upload(text, Buffer.byteLength(text)));
    },
    async remove(key) {
      await container(emulator, bucket).deleteBlob(key);
    },
    terraform: (key) => `backend "azurerm" {
  storage_account_name = "${name}"
  container_name = "${bucket}"
  key = "${key}"
  access_key = "${accountKey}"
}`,
  };
}

/** Writes objects, 16 at a time. */
async function forEach(
  objects: Readonly<Record<string, string>>,
  write: (key: string, text: string) => Promise<unknown>,
): Promise<void> {
  const limit = pLimit(16);
  await Promise.all(Object.entries(objects).map(([key, text]) => limit(() => write(key, text))));
}

function s3Client({ url }: Emulator): S3Client {
  return new S3Client({ endpoint: url, region: "us-east-1", credentials: s3Keys, forcePathStyle: true });
}

function container({ url }: Emulator, bucket: string): ContainerClient {
  const credential = new StorageSharedKeyCredential(azuriteAccount.name, azuriteAccount.key);
  return new ContainerClient(`${url}/${azuriteAccount.name}/${bucket}`, credential);
}

const createBucket: Readonly<Record<ObjectScheme, (emulator: Emulator, bucket: string) => Promise<unknown>>> = {
  async s3(emulator, bucket) {
    const client = s3Client(emulator);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
  },
  async gs({ url }, bucket) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/storage/v1/b`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name: bucket }),
    });
    if (!response.ok) throw new Error(await response.text());
  },
  azblob: (emulator, bucket) => container(emulator, bucket).create(),
};
