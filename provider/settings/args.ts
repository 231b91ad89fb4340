import type { FieldMap } from "../model/field-map.js";

/**
 * Settings of an inventory: where it comes from and how it is read. A setting that is left out comes from the Pulumi
 * configuration, then from the environment, then from its default.
 */
export interface InventoryArgs {
  /** Base URL of the Core Information API. */
  endpoint?: string | undefined;
  /** OAuth 2.0 token endpoint. */
  tokenUrl?: string | undefined;
  /** OAuth 2.0 client id. Not needed with an access token or an inventory file. */
  clientId?: string | undefined;
  /** OAuth 2.0 client secret. Not needed with an access token or an inventory file. */
  clientSecret?: string | undefined;
  /** API key, sent in the header `X-Api-Key`. Not needed with a user's own access token. */
  apiKey?: string | undefined;
  /** Access token, instead of client id and client secret. */
  accessToken?: string | undefined;
  /** OAuth scopes, separated by spaces. Default: the read-only scope of the API. */
  scope?: string | undefined;
  /** Folder of the mirror. `:memory:` writes no files. Default: the user's cache folder. */
  cacheDir?: string | undefined;
  /** Age at which the mirror is fetched again: seconds, or a text such as `5m`. Default: 300. */
  maxAge?: number | string | undefined;
  /**
   * Maximum age of an inventory that is used with a warning if the API is not available: seconds, or a text such as `12h`. For an
   * inventory file at a URL: time since its last successful check. Refused credentials are an error in any case. Default: 0, which
   * fails instead.
   */
  maxStale?: number | string | undefined;
  /**
   * Age of the last full read at which a refresh reads whole lists again instead of only the changes: seconds, or a text such
   * as `1d`. Default: 86400.
   */
  fullSyncAge?: number | string | undefined;
  /**
   * Inventory file of `orange-cmdb sync --save`, which is read instead of the API and needs no credentials: an absolute path, or a
   * URL with `https`, `s3`, `gs` or `azblob`. `#sha256=…` at the end of a URL pins the content.
   */
  inventoryFile?: string | undefined;
  /** Bearer token for an inventory file at an `https` URL. No other host receives it. */
  inventoryToken?: string | undefined;
  /** Number of versions that the mirror keeps, including the current one. Default: 20. */
  historyVersions?: number | undefined;
  /** Time that the mirror keeps replaced versions: days, or a text such as `30d`. Default: 30. */
  historyDays?: number | string | undefined;
  /** Records per page of a list. Default: 250, the documented maximum. */
  pageSize?: number | undefined;
  /** Maximum number of API calls per second, evenly spaced, from 1 to 1000. Default: 20. */
  requestsPerSecond?: number | undefined;
  /** How lists are paged: `offset` (index of the first record), `page` (number of the page) or `none`. Default: `offset`. */
  pagingStyle?: "offset" | "page" | "none" | undefined;
  /** Query parameter of the page size. Default: `limit`. */
  limitParameter?: string | undefined;
  /** Query parameter of the position. Default: `offset`. */
  offsetParameter?: string | undefined;
  /**
   * Whether lists are requested in an order: by id for a full read, latest changes first for a refresh. Set `false` for a
   * server that cannot sort: every refresh then reads whole lists. Default: true.
   */
  sorting?: boolean | undefined;
  /** Timeout of one call with all its attempts: seconds, or a text such as `2m`. Default: 120. */
  timeout?: number | string | undefined;
  /**
   * Whether all fields of records are Pulumi secrets, in results of the `…Output` functions and in tracked records. The other
   * functions then fail, because their results cannot be marked as secrets. Default: false.
   */
  sensitive?: boolean | undefined;
  /** Folder to which requests and responses are written, with customer data replaced and secrets removed. */
  recordingDir?: string | undefined;
  /** Entries that replace those of the default field map. Each is a list of JMESPath candidates for a kind and a field. */
  fieldMap?: Partial<FieldMap> | undefined;
}
