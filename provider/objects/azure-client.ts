import type { ContainerClient, StoragePipelineOptions } from "@azure/storage-blob" with { "resolution-mode": "import" };
import { isSecureUrl } from "../platform/urls.js";
import { loadClient } from "./load-client.js";
import { ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { bucketName, UrlParameters } from "./url-parameters.js";

const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 6, retryDelayInMs: 300, maxRetryDelayInMs: 10_000 },
};

/** The client of a container, and the credentials that responses could echo. */
export interface AzureConnection {
  readonly container: ContainerClient;
  readonly secrets: readonly (string | undefined)[];
}

/**
 * Connects with AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING in this order, as Pulumi does, and else
 * with the credentials of the Azure CLI, a workload or managed identity.
 * @throws ObjectStoreError if a client is not installed, or a parameter is not supported
 */
export async function connectAzure(url: ObjectUrl): Promise<AzureConnection> {
  const name = bucketName(url);
  const parameters = new UrlParameters(url, ["storage_account", "domain", "protocol", "cdn", "localemu"]);
  const storage = await loadClient(name, "@azure/storage-blob", () => import("@azure/storage-blob"));
  const { env } = process;
  const account = env["AZURE_STORAGE_ACCOUNT"];
  const key = env["AZURE_STORAGE_KEY"];
  const sas = env["AZURE_STORAGE_SAS_TOKEN"]?.replace(/^\?/, "");
  const text = connectionString();
  const secrets = [key, sas, text, ...signatures(sas, text)];
  try {
    if (account && key) {
      const credential = new storage.StorageSharedKeyCredential(account, key);
      return { container: new storage.ContainerClient(containerUrl(url, parameters), credential, options), secrets };
    }
    if (sas) {
      const address = `${containerUrl(url, parameters)}?${sas}`;
      return { container: new storage.ContainerClient(address, new storage.AnonymousCredential(), options), secrets };
    }
    if (text) {
      const container = new storage.ContainerClient(text, url.bucket, options);
      requireSecure(container.url, name);
      return { container, secrets };
    }
  } catch (error) {
    if (error instanceof ObjectStoreError) throw error;
    // The message of the client may quote the credentials.
    throw new ObjectStoreError(
      `${name}: the credentials are malformed: check ${account && key ? "AZURE_STORAGE_KEY" : sas ? "AZURE_STORAGE_SAS_TOKEN" : "AZURE_STORAGE_CONNECTION_STRING"}`,
    );
  }
  const address = containerUrl(url, parameters);
  const identity = await loadClient(name, "@azure/identity", () => import("@azure/identity"));
  return { container: new storage.ContainerClient(address, new identity.DefaultAzureCredential(), options), secrets };
}

function connectionString(): string | undefined {
  return process.env["AZURE_STORAGE_CONNECTION_STRING"] || process.env["AZURE_STORAGEBLOB_CONNECTIONSTRING"];
}

function partOfConnectionString(name: string): string | undefined {
  const part = connectionString()
    ?.split(";")
    .find((text) => text.startsWith(`${name}=`));
  return part?.slice(name.length + 1);
}

/** Returns the URL of the container by the rules of the Go CDK. @throws ObjectStoreError */
function containerUrl(url: ObjectUrl, parameters: UrlParameters): string {
  const { env } = process;
  const account =
    parameters.text("storage_account") ?? (env["AZURE_STORAGE_ACCOUNT"] || partOfConnectionString("AccountName"));
  const domain = parameters.text("domain") ?? (env["AZURE_STORAGE_DOMAIN"] || "blob.core.windows.net");
  const protocol =
    parameters.text("protocol") ??
    (env["AZURE_STORAGE_PROTOCOL"] || partOfConnectionString("DefaultEndpointsProtocol") || "https");
  if (account === undefined)
    throw new ObjectStoreError(
      `${bucketName(url)}: the storage account is unknown: add ?storage_account=… to the URL, or set AZURE_STORAGE_ACCOUNT`,
    );
  const isEmulator = parameters.flag("localemu") || isTrue("AZURE_STORAGE_IS_LOCAL_EMULATOR");
  const isCdn = parameters.flag("cdn") || isTrue("AZURE_STORAGE_IS_CDN");
  const host =
    isEmulator || /^(127\.0\.0\.1|localhost)/.test(domain)
      ? `${domain}/${account}`
      : isCdn
        ? domain
        : `${account}.${domain}`;
  const address = `${protocol}://${host}/${url.bucket}`;
  // Any other character could lead to another host.
  if (!/^[a-z0-9-]+$/.test(account) || !/^[\w.-]+(:\d+)?$/.test(domain) || !/^[a-z0-9$-]+$/.test(url.bucket))
    throw new ObjectStoreError(
      `${bucketName(url)}: the names of container, storage account and domain must be valid: check the URL and AZURE_STORAGE_ACCOUNT`,
    );
  requireSecure(address, bucketName(url));
  return address;
}

function isTrue(variable: string): boolean {
  return /^(1|t|true)$/i.test(process.env[variable] ?? "");
}

function requireSecure(address: string, name: string): void {
  if (isSecureUrl(address)) return;
  throw new ObjectStoreError(`${name}: the protocol must be https (plain http only on loopback): change the protocol`);
}

/** Returns the secret parts of SAS tokens and connection strings, as they are and decoded. */
function signatures(...texts: readonly (string | undefined)[]): readonly string[] {
  return texts.flatMap((text) =>
    [...(text ?? "").matchAll(/\b(?:sig|AccountKey)=([^;&]+)/g)].flatMap(([, value = ""]) => {
      try {
        return [value, decodeURIComponent(value)];
      } catch {
        return [value];
      }
    }),
  );
}
