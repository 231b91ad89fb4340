/**
 * The evidence for a fact of the API, the strongest first:
 * - `doc`: the API's own documentation page
 * - `spec`: the OpenAPI description 2.1.5 that the vendor published for this API; older than the live service
 * - `vendor`: another public page of the vendor
 * - `assumed`: not confirmed
 */
export type Grade = "doc" | "spec" | "vendor" | "assumed";

/** A fact of the API that the client depends on. Comments in the dependent code refer to its number. */
export interface Assumption {
  readonly number: number;
  readonly claim: string;
  readonly grade: Grade;
  /** The file that depends on it. */
  readonly where: string;
  /** The settings that override it. Empty: the client detects a difference, and fails or works without it. */
  readonly settings: readonly string[];
}

/** All assumptions. The documentation is generated from this list, and `orange-cmdb doctor` tests each against the live service. */
export const assumptions: readonly Assumption[] = [
  {
    number: 1,
    claim: "The base URL is https://api.orange.com/core-information/b2b/v2",
    grade: "spec",
    where: "provider/api/http/settings.ts",
    settings: ["endpoint"],
  },
  {
    number: 2,
    claim:
      "Tokens come from the OAuth 2.0 client-credentials grant with HTTP Basic authentication; their default lifetime is 3600 s",
    grade: "vendor",
    where: "provider/api/http/token.ts",
    settings: ["tokenUrl", "accessToken"],
  },
  {
    number: 3,
    claim: "The scope b2b:core-information:readonly is sufficient",
    grade: "doc",
    where: "provider/api/http/settings.ts",
    settings: ["scope"],
  },
  {
    number: 4,
    claim: "Every call carries the API key in the header X-API-KEY, except a call with a user's own token",
    grade: "vendor",
    where: "provider/api/http/transport.ts",
    settings: ["apiKey"],
  },
  {
    number: 5,
    claim: "A list is a bare JSON array of objects, each with a non-empty id",
    grade: "spec",
    where: "provider/api/paging/page.ts",
    settings: [],
  },
  {
    number: 6,
    claim:
      "X-Total-Count is the number of records of the list, and X-Result-Count the number of records of the response; if they are swapped, the larger is the total",
    grade: "spec",
    where: "provider/api/paging/list-headers.ts",
    settings: [],
  },
  {
    number: 7,
    claim:
      "Lists are paged by the query parameters limit (default and maximum 250) and offset (index of the first record, from 0)",
    grade: "spec",
    where: "provider/api/http/settings.ts",
    settings: ["pagingStyle", "limitParameter", "offsetParameter", "pageSize"],
  },
  {
    number: 8,
    claim: "A page may have an ETag; a request with If-None-Match is answered by 304 if the page is unchanged",
    grade: "assumed",
    where: "provider/api/paging/etags.ts",
    settings: [],
  },
  {
    number: 9,
    claim: "Records have the fields that the field map names",
    grade: "spec",
    where: "provider/model/field-map.ts",
    settings: ["fieldMap"],
  },
  {
    number: 10,
    claim: "One record is at /{collection}/{id}; an id that does not exist is answered by 404",
    grade: "spec",
    where: "provider/api/client.ts",
    settings: [],
  },
  {
    number: 11,
    claim: "Errors have a body {code, message, description}, with the codes of the error catalogue",
    grade: "doc",
    where: "provider/api/errors/error-response.ts",
    settings: [],
  },
  {
    number: 12,
    claim:
      "The gateway puts the id of a request in X-OAPI-Request-Id; X-Request-Id and X-Correlation-Id are read as well",
    grade: "vendor",
    where: "provider/api/errors/error-response.ts",
    settings: [],
  },
  {
    number: 13,
    claim: "Accounts exist for international customers only; other customers get an empty list, 403 or 404",
    grade: "doc",
    where: "provider/inventory/fetch.ts",
    settings: [],
  },
  {
    number: 14,
    claim:
      "Lists can be filtered by query parameters with the dotted names of fields; the client filters its own copy and does not need them",
    grade: "spec",
    where: "provider/api/paging/list.ts",
    settings: [],
  },
  {
    number: 15,
    claim:
      "Records have updatedAt, and sort=-updatedAt lists the latest changes first for all kinds except accounts; incremental refreshes rely on it",
    grade: "spec",
    where: "provider/api/paging/list-changes.ts",
    settings: ["sorting"],
  },
  {
    number: 16,
    claim: "sort=id lists the records of every kind in the order of their ids",
    grade: "spec",
    where: "provider/api/paging/list.ts",
    settings: ["sorting"],
  },
  {
    number: 17,
    claim: "The API allows 25 requests per second and application; it answers more by 403 with code 53",
    grade: "vendor",
    where: "provider/api/errors/error-catalogue.ts",
    settings: [],
  },
];
