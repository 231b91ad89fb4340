/** The paging of lists [assumption 7]. All of it is configurable, because the published description is older than the live service. */
export interface Paging {
  /** `offset`: counts records; `page`: counts pages from 1; `none`: one request fetches all. Default `offset`. */
  readonly style: "offset" | "page" | "none";
  /** Query parameter of the page size. Default `limit`. */
  readonly limitParameter: string;
  /** Query parameter of the position. Default `offset`. */
  readonly offsetParameter: string;
  /** Records per page. Default 250, the documented maximum. [spec] */
  readonly pageSize: number;
  /** Whether lists are requested in an order (`sort` [spec]): by id in full, the latest changes first at a refresh. Default true. */
  readonly sorting: boolean;
}

/** The settings of the API client. Times are milliseconds. */
export interface ApiSettings {
  /** Base URL of the API, without a trailing slash. */
  readonly endpoint: string;
  /** OAuth 2.0 token endpoint. */
  readonly tokenUrl: string;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Sent as `X-Api-Key`; absent in 3-legged mode. */
  readonly apiKey?: string | undefined;
  /** A token, instead of client id and secret. */
  readonly accessToken?: string | undefined;
  /** Space-separated OAuth scopes. */
  readonly scope: string;
  readonly paging: Paging;
  /** Maximum number of concurrent requests for one list. Default 4. */
  readonly concurrency: number;
  /**
   * Maximum number of API calls that start per second, evenly spaced. Default 20: the gateway accepts 25 per application. [vendor]
   */
  readonly requestsPerSecond: number;
  /** Timeout of one attempt. Default 30,000. */
  readonly attemptTimeout: number;
  /** Timeout of one call with all its attempts. Default 120,000. */
  readonly timeout: number;
  /** Maximum number of retries. Default 4. */
  readonly retries: number;
  /** The folder of an anonymized recording of the traffic. Default: no recording. */
  readonly recordingDir?: string | undefined;
}

/** Maximum number of records per page. [assumption 7] */
export const MAX_PAGE_SIZE = 250;

/** The vendor's public URLs [assumption 1], the scope [assumption 3], and our defaults. */
export const apiDefaults = {
  endpoint: "https://api.orange.com/core-information/b2b/v2",
  tokenUrl: "https://api.orange.com/oauth/v3/token",
  scope: "b2b:core-information:readonly",
  paging: {
    style: "offset",
    limitParameter: "limit",
    offsetParameter: "offset",
    pageSize: MAX_PAGE_SIZE,
    sorting: true,
  },
  concurrency: 4,
  requestsPerSecond: 20,
  attemptTimeout: 30_000,
  timeout: 120_000,
  retries: 4,
} as const satisfies ApiSettings;
