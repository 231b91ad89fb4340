/** How lists are paged [assumption 7]. All of it can be configured: the published description is older than the live service. */
export interface Paging {
  /** `offset`: counts records; `page`: counts pages from 1; `none`: one request fetches all. Default `offset`. */
  readonly style: "offset" | "page" | "none";
  /** Query parameter of the page size. Default `limit`. */
  readonly limitParameter: string;
  /** Query parameter of the position. Default `offset`. */
  readonly offsetParameter: string;
  /** Records asked for at a time. Default 250, which is the documented maximum. [spec] */
  readonly pageSize: number;
  /** Whether lists are asked for in an order (`sort` [spec]): by id as a whole, the latest changes first at a refresh. Default true. */
  readonly sorting: boolean;
}

/** What the client needs to call the API. Times are milliseconds. */
export interface ApiSettings {
  /** Base URL of the API, without a trailing slash. */
  readonly endpoint: string;
  /** OAuth 2.0 token endpoint. */
  readonly tokenUrl: string;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Sent as `X-Api-Key`; absent in 3-legged mode. */
  readonly apiKey?: string | undefined;
  /** A ready token, instead of client id and secret. */
  readonly accessToken?: string | undefined;
  /** Space-separated OAuth scopes. */
  readonly scope: string;
  readonly paging: Paging;
  /** Requests under way at once for one list. Default 4. */
  readonly concurrency: number;
  /**
   * API calls that start in a second, evenly spaced. Default 20: the gateway accepts 25 a second and application. [vendor]
   */
  readonly requestsPerSecond: number;
  /** For one attempt. Default 30 000. */
  readonly attemptTimeout: number;
  /** For one call with all its attempts. Default 120 000. */
  readonly timeout: number;
  /** Attempts after the first. Default 4. */
  readonly retries: number;
  /** A folder for what was exchanged, without anything that is a customer's or a secret. Default: nothing is kept. */
  readonly record?: string | undefined;
}

/** Records that a page has at most. [assumption 7] */
export const maxPageSize = 250;

/** The vendor's public addresses [assumption 1], the scope [assumption 3], and our defaults. */
export const apiDefaults = {
  endpoint: "https://api.orange.com/core-information/b2b/v2",
  tokenUrl: "https://api.orange.com/oauth/v3/token",
  scope: "b2b:core-information:readonly",
  paging: { style: "offset", limitParameter: "limit", offsetParameter: "offset", pageSize: maxPageSize, sorting: true },
  concurrency: 4,
  requestsPerSecond: 20,
  attemptTimeout: 30_000,
  timeout: 120_000,
  retries: 4,
} as const satisfies ApiSettings;
