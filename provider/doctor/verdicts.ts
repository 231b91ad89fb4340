import { ApiError } from "../api/errors.js";
import { assumptions } from "../api/assumptions.js";
import { refusalOf } from "../fetch.js";
import { announcedBy } from "../api/announced.js";
import { apiDefaults, type ApiSettings } from "../api/settings.js";
import type { ListProbe, Page } from "./probe.js";
import type { FieldShare, Verdict } from "./report.js";

/** All that was seen of the service. */
export interface Seen {
  readonly settings: ApiSettings;
  /** Why nothing could be asked; undefined where the service answered. */
  readonly unreachable: ApiError | Error | undefined;
  readonly lists: readonly ListProbe[];
  readonly missing: ApiError | undefined;
  readonly fields: readonly FieldShare[];
  /** The query parameters that GET /doc describes. */
  readonly described: readonly string[];
}

type Judged = Pick<Verdict, "verdict" | "seen">;

const confirmed = (seen: string): Judged => ({ verdict: "confirmed", seen });
const refuted = (seen: string): Judged => ({ verdict: "refuted", seen });
const unknown = (seen: string): Judged => ({ verdict: "unknown", seen });

/** What was seen of each assumption. */
export function verdicts(seen: Seen): Verdict[] {
  return assumptions.map((assumption) => ({
    ...assumption,
    ...(seen.unreachable
      ? unreachable(assumption.number, seen.unreachable, seen.settings)
      : (judges[assumption.number]?.(seen) ?? unknown("not tried"))),
  }));
}

/** Where nothing could be asked, little is known: an answer of the token endpoint says something of the token and its scope. */
function unreachable(number: number, error: ApiError | Error, { scope, accessToken }: ApiSettings): Judged {
  // What the API itself refuses was asked with a token.
  const isOfApi = error instanceof ApiError && error.method === "GET" && error.status !== undefined;
  if (number === 2 && isOfApi && accessToken === undefined) return confirmed("a token was given");
  if (error instanceof ApiError && error.reason === "token" && error.status !== undefined) {
    const { detail: code } = error.fault;
    if (number === 2) return tokenRefused(code, error.status);
    if (number === 3 && code === "invalid_scope")
      return scope === apiDefaults.scope
        ? refuted("the token endpoint refuses it (invalid_scope)")
        : unknown("another scope is set, and refused (invalid_scope)");
  }
  return unknown("the service could not be asked");
}

/** What a token endpoint that gives none says of how a token is had, by its OAuth error (RFC 6749, 5.2). */
function tokenRefused(code: string | undefined, status: number): Judged {
  if (code === undefined) return refuted(`answered by ${status}, and not as OAuth answers`);
  if (code === "unsupported_grant_type") return refuted(`client credentials get no token there (${code})`);
  return unknown(refusals.get(code) ?? `no token was given (${code}), in an answer of OAuth`);
}

/** The errors that say more of who asks than of how a token is had. */
const refusals: ReadonlyMap<string, string> = new Map([
  [
    "invalid_client",
    "the credentials were refused (invalid_client): it is an OAuth endpoint; the right ones show whether it takes HTTP Basic",
  ],
  [
    "unauthorized_client",
    "the credentials are known, but may not get a token so (unauthorized_client): the operator has to allow it",
  ],
  ["invalid_scope", "the scope alone was refused (invalid_scope)"],
  [
    "invalid_request",
    "the request was refused (invalid_request): it is an OAuth endpoint, which perhaps does not take HTTP Basic",
  ],
]);

const read = ({ lists }: Seen): ListProbe[] => lists.filter((probe) => probe.error === undefined);

const judges: Readonly<Record<number, (seen: Seen) => Judged>> = {
  1: ({ settings }) =>
    settings.endpoint === apiDefaults.endpoint
      ? confirmed("it answers")
      : unknown("another endpoint is set, and answers"),
  2: ({ settings }) => (settings.accessToken ? unknown("a ready token is used") : confirmed("a token was given")),
  3: ({ settings, lists }) => {
    const denied = lists.filter(({ kind, error }) => kind !== "account" && status(error) === 403);
    if (denied.length > 0) return refuted(`${denied.map(({ kind }) => kind).join(", ")}: access denied`);
    return confirmed(`lists are read with ${settings.scope || "no scope"}`);
  },
  4: ({ settings }) =>
    settings.apiKey === undefined ? unknown("no API key is set") : confirmed("calls with it are answered"),
  5: (seen) => {
    const invalid = seen.lists.find(({ error }) => error?.name === "PageError");
    if (invalid) return refuted(`${invalid.kind}: ${invalid.error?.message}`);
    return read(seen).length > 0 ? confirmed("every list that was read") : unknown("no list was read");
  },
  6: (seen) => {
    const pages = read(seen).flatMap(({ first }) => (first ? [first] : []));
    if (pages.length === 0) return unknown("no list was read");
    const totalOf = ({ headers, records }: Page): number | undefined => announcedBy(headers, records.length).total;
    const counted = pages.filter((page) => totalOf(page) !== undefined);
    if (counted.length === 0) return refuted("no list announces a total: pages are read until one is empty");
    const wrong = read(seen).filter(({ first, sample = [] }) => first && (totalOf(first) ?? Infinity) < sample.length);
    if (wrong.length > 0) return refuted("a total is smaller than its page, or is the count of the page alone");
    return confirmed(`${counted.length} of ${pages.length} lists announce a total`);
  },
  7: paging,
  8: (seen) => {
    const tagged = read(seen).filter(({ revalidated }) => revalidated !== undefined);
    if (read(seen).length === 0) return unknown("no list was read");
    if (tagged.length === 0) return refuted("no list has an ETag: unchanged data is read again");
    const same = tagged.filter(({ revalidated }) => revalidated === 304);
    return same.length > 0 ? confirmed("answered by 304") : refuted(`answered by ${tagged[0]?.revalidated}`);
  },
  9: ({ fields }) => {
    const asked = fields.filter(({ records }) => records > 0);
    if (asked.length === 0) return unknown("there are no records");
    const names = asked.filter(({ field }) => field === "name");
    const poor = names.filter(({ found, records }) => found < records / 2);
    if (poor.length > 0)
      return refuted(`most records of ${poor.map(({ kind }) => kind).join(", ")} have no name by the field map`);
    const none = asked.filter(({ found }) => found === 0).map(({ kind, field }) => `${kind}.${field}`);
    return confirmed(none.length > 0 ? `but nowhere found: ${none.join(", ")}` : "every field is found");
  },
  10: (seen) => {
    const asked = read(seen).filter(({ byId }) => byId !== undefined);
    const lost = asked.filter(({ byId }) => !byId).map(({ kind }) => kind);
    if (lost.length > 0) return refuted(`not found by its id: ${lost.join(", ")}`);
    if (asked.length === 0) return unknown("there are no records");
    if (seen.missing?.status === 404) return confirmed("found by id; what is not there is a 404");
    return refuted(`what is not there is answered by ${seen.missing?.status ?? "a record"}`);
  },
  11: ({ missing }) => {
    if (missing === undefined) return unknown("there was no error");
    return missing.code !== undefined ? confirmed(`code ${missing.code}`) : refuted("an error came without a code");
  },
  12: ({ missing }) => {
    if (missing === undefined) return unknown("there was no error");
    return missing.requestId !== undefined ? confirmed("an error has one") : refuted("an error has none of them");
  },
  13: ({ lists }) => {
    const probe = lists.find(({ kind }) => kind === "account");
    if (!probe?.error) return confirmed(`${probe?.sample?.length === 0 ? "an empty list" : "this account has them"}`);
    return refusalOf(probe.error) === undefined
      ? unknown(probe.error.message)
      : confirmed(`answered by ${status(probe.error)}`);
  },
  14: ({ described, settings }) => {
    const { limitParameter, offsetParameter } = settings.paging;
    const others = described.filter((name) => name !== limitParameter && name !== offsetParameter);
    return others.length > 0 ? refuted(`GET /doc names ${others.join(", ")}`) : unknown("GET /doc names none");
  },
};

function status(error: unknown): number | undefined {
  const found = (error as { status?: unknown } | undefined)?.status;
  return typeof found === "number" ? found : undefined;
}

/** A list of three records or more shows whether it is paged as it was asked to be. */
function paging(seen: Seen): Judged {
  if (seen.settings.paging.style === "none") return unknown("paging is off");
  const long = read(seen).filter(({ sample }) => (sample?.length ?? 0) > 2);
  if (long.length === 0) return unknown("no list is long enough to tell");
  for (const { kind, first, second, sample } of long) {
    if ((first?.records.length ?? 0) > 2)
      return refuted(`${kind}: two records were asked for, ${first?.records.length} came`);
    const expected = seen.settings.paging.style === "page" ? sample?.[2] : sample?.[1];
    if (second?.records[0]?.["id"] !== expected?.["id"]) return refuted(`${kind}: the second page begins elsewhere`);
  }
  return confirmed(long.map(({ kind }) => kind).join(", "));
}
