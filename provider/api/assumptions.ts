/** How surely a fact of the API is known: its own documentation, another page of the vendor, or nobody has confirmed it. */
export type Grade = "doc" | "vendor" | "assumed";

/** Something that the client takes to be so; where the code does, a comment names it by its number. */
export interface Assumption {
  readonly number: number;
  readonly claim: string;
  readonly grade: Grade;
  /** The file that depends on it. */
  readonly where: string;
  /** The settings that say otherwise; none: the client notices, and fails or does without. */
  readonly settings: readonly string[];
}

/** All of them; docs/assumptions.md is made of this list, and `orange-cmdb doctor` tries each against the live service. */
export const assumptions: readonly Assumption[] = [
  {
    number: 1,
    claim: "The base URL is https://api.orange.com/core-information/b2b/v2",
    grade: "vendor",
    where: "provider/api/settings.ts",
    settings: ["endpoint"],
  },
  {
    number: 2,
    claim:
      "A token is had by client credentials, the client authenticated by HTTP Basic; it lasts an hour where it does not say",
    grade: "vendor",
    where: "provider/api/token.ts",
    settings: ["tokenUrl", "accessToken"],
  },
  {
    number: 3,
    claim: "The scope b2b:core-information:readonly is enough",
    grade: "doc",
    where: "provider/api/settings.ts",
    settings: ["scope"],
  },
  {
    number: 4,
    claim: "Every call carries the API key in X-Api-Key, except with a user's own token",
    grade: "vendor",
    where: "provider/api/transport.ts",
    settings: ["apiKey"],
  },
  {
    number: 5,
    claim: "A list is a bare JSON array of objects, each with a non-empty id",
    grade: "vendor",
    where: "provider/api/page.ts",
    settings: [],
  },
  {
    number: 6,
    claim:
      "X-Total-Count and X-Result-Count are the counts of all and of these, perhaps swapped: the larger is the total",
    grade: "vendor",
    where: "provider/api/announced.ts",
    settings: [],
  },
  {
    number: 7,
    claim: "Lists are paged by the query parameters limit and offset, both counting records",
    grade: "assumed",
    where: "provider/api/settings.ts",
    settings: ["pagingStyle", "limitParameter", "offsetParameter", "pageSize"],
  },
  {
    number: 8,
    claim: "A page may have an ETag, and If-None-Match is answered by 304",
    grade: "assumed",
    where: "provider/api/page-tags.ts",
    settings: [],
  },
  {
    number: 9,
    claim: "The fields of records are found where the field map says",
    grade: "assumed",
    where: "provider/inventory/field-map.ts",
    settings: ["fieldMap"],
  },
  {
    number: 10,
    claim: "One record is at /{collection}/{id}, and what is not there is a 404",
    grade: "assumed",
    where: "provider/api/client.ts",
    settings: [],
  },
  {
    number: 11,
    claim: "Errors have a body {code, message, description}",
    grade: "doc",
    where: "provider/api/answer-fault.ts",
    settings: [],
  },
  {
    number: 12,
    claim: "The id of a request is in X-Request-Id, X-Correlation-Id or X-OAPI-Request-Id",
    grade: "assumed",
    where: "provider/api/answer-fault.ts",
    settings: [],
  },
  {
    number: 13,
    claim: "Accounts are for international customers; others get an empty list, 403 or 404",
    grade: "doc",
    where: "provider/fetch.ts",
    settings: [],
  },
  {
    number: 14,
    claim: "The names of the server's own filters are not known: filtering is done here",
    grade: "assumed",
    where: "provider/api/list.ts",
    settings: [],
  },
];
