import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "../../settings/resolve.js";
import { SCHEMA_VERSION } from "../store/database.js";

/** The identity of an inventory file, as digests that reveal neither ids nor settings. */
export interface FileOrigin {
  readonly endpoint: string;
  /** A digest of the account of the records. */
  readonly account: string;
  /** A digest of the field map of the named fields. */
  readonly fieldMap: string;
}

/** Returns the identity of an inventory file made with these settings. */
export function fileOrigin({ api, fieldMap }: Settings): FileOrigin {
  return { endpoint: api.endpoint, account: accountDigest(api.clientId), fieldMap: digest(fieldMap) };
}

/** Returns the known parts of the identity that the settings expect of an inventory file. */
export function expectedOrigin(settings: Settings): Partial<FileOrigin> {
  const { endpoint, account, fieldMap } = fileOrigin(settings);
  const { api, explicit } = settings;
  return {
    ...(explicit.endpoint ? { endpoint } : {}),
    ...(api.clientId === undefined ? {} : { account }),
    ...(explicit.fieldMap ? { fieldMap } : {}),
  };
}

/** Returns a digest of a JSON value, in hexadecimal. */
export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function accountDigest(clientId: string | undefined): string {
  return digest(["account", clientId ?? null]);
}

/** Returns the path of the mirror's manifest, or `:memory:`. There is one mirror per schema version, endpoint, account and field map. */
export function mirrorFile(settings: Settings): string {
  const { cacheDir } = settings;
  return cacheDir === ":memory:" ? cacheDir : join(cacheDir, `${mirrorName(settings)}.json`);
}

/** Returns a digest, so that file names reveal neither ids nor credentials. */
function mirrorName({ api, fieldMap }: Settings): string {
  const { endpoint, clientId, accessToken, apiKey } = api;
  const name = digest([SCHEMA_VERSION, endpoint, clientId ?? accessToken, apiKey, fieldMap]).slice(0, 32);
  // A token lasts an hour, and its mirror is deleted soon after.
  return clientId === undefined && accessToken !== undefined ? `${name}-token` : name;
}
