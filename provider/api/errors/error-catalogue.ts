/** The action of the client: fail, retry after a pause, or renew the token and repeat (a few times). */
export type Action = "fail" | "retry" | "renew";

/** One row of the API's error catalogue. [doc] */
export interface ErrorRow {
  readonly status: number;
  /** The error codes of the row. Empty: any code. */
  readonly codes: readonly number[];
  readonly meaning: string;
  readonly action: Action;
  /** The API limits the rate of calls. */
  readonly throttled?: true;
  readonly hint?: string;
}

const report = "this is probably a bug of this client; report it with the request id";
const credentials =
  "check clientId, clientSecret and apiKey (ORANGE_CMDB_CLIENT_ID, …); an API key expires two years after issue";

const access =
  "check scope (ORANGE_CMDB_SCOPE; the application needs b2b:core-information:readonly) and apiKey, which expires two years after issue";

/** The error catalogue of Core Information [doc]. The first matching row counts. */
export const errorTable: readonly ErrorRow[] = [
  { status: 400, codes: [20], meaning: "bad URL parameter", action: "fail", hint: "check the id" },
  { status: 400, codes: [21, 22, 23, 24], meaning: "bad request body", action: "fail", hint: report },
  { status: 400, codes: [25, 26], meaning: "header missing or invalid", action: "fail", hint: "check apiKey" },
  {
    status: 400,
    codes: [27, 28],
    meaning: "query parameter missing or invalid",
    action: "fail",
    hint: "check pagingStyle, limitParameter, offsetParameter and pageSize",
  },
  { status: 401, codes: [42], meaning: "credentials expired", action: "renew", hint: credentials },
  { status: 401, codes: [40], meaning: "credentials missing", action: "fail", hint: credentials },
  // Code 41, or none from a gateway, may also mean that the token was revoked while it was in use. [assumed]
  { status: 401, codes: [], meaning: "credentials invalid", action: "renew", hint: credentials },
  // [assumption 17]
  { status: 403, codes: [53], meaning: "too many requests", action: "retry", throttled: true, hint: "try again later" },
  { status: 403, codes: [51], meaning: "requester forbidden", action: "fail", hint: access },
  { status: 403, codes: [52], meaning: "user forbidden", action: "fail", hint: access },
  { status: 403, codes: [], meaning: "access denied", action: "fail", hint: access },
  { status: 404, codes: [], meaning: "not found", action: "fail", hint: "check endpoint" },
  { status: 405, codes: [], meaning: "method not allowed", action: "fail", hint: report },
  { status: 406, codes: [], meaning: "not acceptable", action: "fail", hint: report },
  { status: 408, codes: [], meaning: "request time-out", action: "retry", hint: "try again later" },
  { status: 409, codes: [], meaning: "conflict", action: "fail", hint: report },
  { status: 411, codes: [], meaning: "length required", action: "fail", hint: report },
  { status: 412, codes: [], meaning: "precondition failed", action: "fail", hint: report },
  { status: 413, codes: [], meaning: "request too large", action: "fail", hint: "lower pageSize" },
  { status: 414, codes: [], meaning: "URI too long", action: "fail", hint: "check the id and the filters" },
  { status: 415, codes: [], meaning: "unsupported media type", action: "fail", hint: report },
  { status: 429, codes: [], meaning: "too many requests", action: "retry", throttled: true, hint: "try again later" },
  { status: 500, codes: [], meaning: "internal error of the API", action: "retry", hint: "try again later" },
  { status: 502, codes: [1], meaning: "internal error of the API", action: "retry", hint: "try again later" },
  { status: 502, codes: [], meaning: "bad gateway", action: "retry", hint: "try again later" },
  { status: 503, codes: [6], meaning: "over capacity", action: "retry", hint: "try again later" },
  { status: 503, codes: [], meaning: "temporarily unavailable", action: "retry", hint: "try again later" },
  { status: 504, codes: [], meaning: "gateway time-out", action: "retry", hint: "try again later" },
];

/** Returns the row for a response. Statuses outside the catalogue fail, except that a 5xx is retried. */
export function errorRow(status: number, code: number | undefined): ErrorRow {
  const known = errorTable.find(
    (row) => row.status === status && (row.codes.length === 0 || (code !== undefined && row.codes.includes(code))),
  );
  if (known) return known;
  if (status === 304) {
    const hint = "check whether a proxy caches responses of the API";
    return {
      status,
      codes: [],
      meaning: "304 response to a request without If-None-Match",
      action: "fail",
      hint,
    };
  }
  if (status >= 300 && status < 400) {
    const hint = "redirects are not followed, so that credentials reach no other host; set endpoint to the final URL";
    return { status, codes: [], meaning: "redirected", action: "fail", hint };
  }
  return { status, codes: [], meaning: `HTTP status ${status}`, action: status >= 500 ? "retry" : "fail" };
}
