import { readFile } from "node:fs/promises";
import type { AuthClient, JWTInput } from "google-auth-library";
import { loadClient } from "./load-client.js";
import { ObjectStoreError } from "./object-store.js";

type Google = typeof import("google-auth-library");
type IdentityPoolClientOptions = ConstructorParameters<Google["IdentityPoolClient"]>[0];
type AwsClientOptions = ConstructorParameters<Google["AwsClient"]>[0];

/**
 * Returns a source of tokens: GOOGLE_CREDENTIALS or GOOGLE_OAUTH_ACCESS_TOKEN in this order, as Pulumi does, or else the application
 * default credentials. Returns undefined for an emulator without credentials.
 * @param name of the bucket, for messages
 * @throws ObjectStoreError if the client is not installed, or the credentials are missing or malformed
 */
export async function authenticate(
  name: string,
  canWrite: boolean,
  isEmulator: boolean,
): Promise<AuthClient | undefined> {
  const credentials = process.env["GOOGLE_CREDENTIALS"];
  const token = process.env["GOOGLE_OAUTH_ACCESS_TOKEN"];
  if (isEmulator && !credentials && !token && !hasDefaultCredentials()) return undefined;
  const google = await loadClient(name, "google-auth-library", () => import("google-auth-library"));
  const scopes = [`https://www.googleapis.com/auth/devstorage.${canWrite ? "read_write" : "read_only"}`];
  if (credentials) return fromCredentials(google, credentials, scopes, name);
  if (token) {
    const client = new google.OAuth2Client();
    client.setCredentials({ access_token: token });
    return client;
  }
  try {
    // Without the id of a project, the client would request it. Storage does not need it.
    return (await new google.GoogleAuth({ scopes, projectId: "none" }).getClient()) as AuthClient;
  } catch (error) {
    const problem = ((error as Error).message.split("\n", 1)[0] ?? "").replace(/\.? Browse to.*$/, "");
    throw new ObjectStoreError(
      `${name}: ${problem}: run \`gcloud auth application-default login\`, or set GOOGLE_APPLICATION_CREDENTIALS`,
    );
  }
}

/** Returns whether the environment names the application default credentials. */
function hasDefaultCredentials(): boolean {
  return Boolean(process.env["GOOGLE_APPLICATION_CREDENTIALS"] || process.env["GCE_METADATA_HOST"]);
}

/**
 * Returns the client for GOOGLE_CREDENTIALS: the JSON, or the path of a file with it.
 * @throws ObjectStoreError without the text, which has a key
 */
async function fromCredentials(google: Google, text: string, scopes: string[], name: string): Promise<AuthClient> {
  try {
    const json = JSON.parse(text.trimStart().startsWith("{") ? text : await readFile(text, "utf8")) as JWTInput;
    const client = clientOf(google, json, scopes);
    if (client) return client;
  } catch {
    // The message of the parser may quote the text.
  }
  throw new ObjectStoreError(
    `${name}: GOOGLE_CREDENTIALS must be the credentials of a service account, a user or an external account in JSON, or the path of such a file`,
  );
}

function clientOf(google: Google, json: JWTInput, scopes: string[]): AuthClient | undefined {
  switch (json.type) {
    case "service_account": {
      const client = new google.JWT({ scopes });
      client.fromJSON(json);
      return client;
    }
    case "authorized_user": {
      const client = new google.UserRefreshClient();
      client.fromJSON(json);
      return client;
    }
    case "external_account": {
      const source = (json as { readonly credential_source?: { readonly environment_id?: string } }).credential_source;
      const options = { ...(json as object), scopes } as unknown as IdentityPoolClientOptions & AwsClientOptions;
      const isAws = source?.environment_id?.startsWith("aws") === true;
      return isAws ? new google.AwsClient(options) : new google.IdentityPoolClient(options);
    }
    default:
      return undefined;
  }
}
