import { ApiError } from "../api/errors/errors.js";
import { assumptions } from "../api/assumptions.js";
import { PageError } from "../api/errors/page-error.js";
import { refusalOf } from "../inventory/fetch.js";
import { apiDefaults, MAX_PAGE_SIZE, type ApiSettings, type Paging } from "../api/http/settings.js";
import type { Kind } from "../model/records.js";
import { documentedMaximum, filtersOf, type Described } from "./description.js";
import { isClamped } from "./list-checks.js";
import {
  isApiCatalogueError,
  isRead,
  type ListProbe,
  type LongPage,
  type MissingProbe,
  type ReadList,
} from "./probe.js";
import { refreshOutlook, type RefreshOutlook } from "./refresh.js";
import type { FieldShare, Verdict } from "./report.js";

/** The observations of the service. */
export interface Observations {
  readonly settings: ApiSettings;
  /** Why no call was possible; undefined if the service responded. */
  readonly unreachable: ApiError | Error | undefined;
  readonly probes: readonly ListProbe[];
  /** The result of requesting a page of more than 250 records; undefined if there was no such request. */
  readonly long: LongPage | undefined;
  readonly missing: MissingProbe;
  readonly fields: readonly FieldShare[];
  readonly described: Pick<Described, "lists" | "failure">;
}

type Assessment = Pick<Verdict, "verdict" | "seen">;

const confirmed = (seen: string): Assessment => ({ verdict: "confirmed", seen });
const refuted = (seen: string): Assessment => ({ verdict: "refuted", seen });
const undecided = (seen: string): Assessment => ({ verdict: "unknown", seen });

/** Assesses each assumption. */
export function verdicts(seen: Observations): Verdict[] {
  return assumptions.map((assumption) => ({
    ...assumption,
    ...(seen.unreachable
      ? unreachable(assumption.number, seen.unreachable, seen.settings)
      : (ASSESSORS[assumption.number]?.(seen) ?? undecided("not tried"))),
  }));
}

/** Assesses an assumption if no call was possible. Only the response of the token endpoint counts. */
function unreachable(number: number, error: ApiError | Error, { scope, accessToken }: ApiSettings): Assessment {
  // An error of the API itself means that the token was accepted.
  const isOfApi = error instanceof ApiError && error.method === "GET" && error.status !== undefined;
  if (number === 2 && isOfApi && accessToken === undefined) return confirmed("a token was issued");
  if (error instanceof ApiError && error.reason === "token" && error.status !== undefined) {
    const { detail: code } = error.details;
    if (number === 2) return tokenRefused(code, error.status);
    if (number === 3 && code === "invalid_scope")
      return scope === apiDefaults.scope
        ? refuted("the token endpoint rejects it (invalid_scope)")
        : undecided("another scope is set, and rejected (invalid_scope)");
  }
  return undecided("the service could not be called");
}

/** Assesses the token request by the OAuth error of the token endpoint (RFC 6749, 5.2). */
function tokenRefused(code: string | undefined, status: number): Assessment {
  if (code === undefined) {
    const seen = `status ${status} without an OAuth error`;
    return ofWhoAsks.has(status) ? undecided(`${seen}, possibly from a proxy`) : refuted(seen);
  }
  if (code === "unsupported_grant_type")
    return refuted(`the token endpoint does not support client credentials (${code})`);
  return undecided(refusals.get(code) ?? `OAuth error ${code}`);
}

/** Statuses that a firewall or a proxy also sends. */
const ofWhoAsks: ReadonlySet<number> = new Set([401, 403, 407, 408]);

/** OAuth errors that concern the client and not the grant. */
const refusals: ReadonlyMap<string, string> = new Map([
  [
    "invalid_client",
    "the credentials were rejected (invalid_client) by an OAuth endpoint; valid credentials show whether it supports HTTP Basic",
  ],
  [
    "unauthorized_client",
    "the credentials are valid, but not for this grant (unauthorized_client): the operator must allow it",
  ],
  ["invalid_scope", "only the scope was rejected (invalid_scope)"],
  [
    "invalid_request",
    "the request was rejected (invalid_request) by an OAuth endpoint, which may not support HTTP Basic",
  ],
]);

const read = ({ probes }: Observations): ReadList[] => probes.filter(isRead);

const unread = undecided("no list was read");

const ASSESSORS: Readonly<Record<number, (seen: Observations) => Assessment>> = {
  1: ({ settings }) =>
    settings.endpoint === apiDefaults.endpoint
      ? confirmed("it responds")
      : undecided("another endpoint is set, and responds"),
  2: ({ settings }) =>
    settings.accessToken ? undecided("a configured token is used") : confirmed("a token was issued"),
  3: scope,
  4: (seen) => {
    if (seen.settings.apiKey === undefined) return undecided("no API key is set");
    return read(seen).length > 0 ? confirmed("calls with it succeed") : unread;
  },
  5: (seen) => {
    const invalid = seen.probes.filter(({ error }) => error instanceof PageError);
    // An invalid JSON was truncated or replaced in transit.
    const other = invalid.find(({ error }) => error instanceof PageError && error.reason === "shape");
    if (other) return refuted(`${other.kind}: ${other.error?.message}`);
    if (read(seen).length > 0) return confirmed("every list that was read");
    return invalid[0] ? undecided(`${invalid[0].kind}: ${invalid[0].error?.message}`) : unread;
  },
  6: (seen) => {
    const lists = read(seen);
    if (lists.length === 0) return unread;
    const counted = lists.filter(({ sample }) => sample.total !== undefined);
    if (counted.length === 0) return refuted("no list has a total: pages are read until one is empty");
    const wrong = lists.filter(({ sample, window }) => window && (window.total ?? Infinity) < sample.records.length);
    if (wrong.length > 0) return refuted("a total is smaller than its page, or is the count of the page alone");
    return confirmed(`${counted.length} of ${lists.length} lists have a total`);
  },
  7: paging,
  8: (seen) => {
    const probes = read(seen);
    const answered = probes.flatMap(({ revalidated }) => (revalidated === undefined ? [] : [revalidated]));
    if (answered.includes(304)) return confirmed("the status is 304");
    if (answered.length > 0) return refuted(`the status is ${answered[0]}`);
    const failed = probes.find(({ revalidationFailure }) => revalidationFailure !== undefined);
    if (failed) return undecided(`${failed.revalidationFailure?.message}`);
    return probes.length === 0 ? unread : undecided("no list has an ETag; the client works without it");
  },
  9: (seen) => {
    const asked = seen.fields.filter(({ records }) => records > 0);
    if (asked.length === 0) return withoutRecords(seen);
    const names = asked.filter(({ field }) => field === "name");
    const poor = names.filter(({ found, records }) => found < records / 2);
    if (poor.length > 0)
      return refuted(`most records of ${poor.map(({ kind }) => kind).join(", ")} have no name by the field map`);
    const none = asked.filter(({ found }) => found === 0).map(({ kind, field }) => `${kind}.${field}`);
    return confirmed(none.length > 0 ? `but in no record: ${none.join(", ")}` : "every field is found");
  },
  10: oneRecord,
  11: ofError(({ code }) => (code === undefined ? refuted("an error has no code") : confirmed(`code ${code}`))),
  12: ofError(({ requestId }) =>
    requestId === undefined ? refuted("an error has none of them") : confirmed("an error has one"),
  ),
  13: ({ probes }) => {
    const probe = probes.find(({ kind }) => kind === "account");
    if (!probe?.error) return confirmed(probe?.sample.records.length === 0 ? "an empty list" : "this account has them");
    return refusalOf(probe.error) === undefined
      ? undecided(probe.error.message)
      : confirmed(`the status is ${status(probe.error)}`);
  },
  14: ({ described: { lists, failure }, settings }) => {
    if (failure) return undecided(failure.message);
    const described = Object.values(lists);
    if (described.length === 0) return undecided("GET /doc describes no list");
    const filters = described.reduce((count, list) => count + filtersOf(list, settings.paging).length, 0);
    return filters > 0 ? confirmed(`GET /doc names ${filters} filters`) : refuted("GET /doc names no filter");
  },
  15: (seen) => {
    const outlooks = read(seen).flatMap((list) => refreshOutlook(list, seen.settings.paging) ?? []);
    const said = (some: readonly RefreshOutlook[]): string => some.map(({ kind, why }) => `${kind}: ${why}`).join("; ");
    const against = outlooks.filter(({ refutes }) => refutes);
    if (against.length > 0) return refuted(said(against));
    const works = outlooks.filter(({ incremental }) => incremental);
    if (works.length > 0) return confirmed(works.map(({ kind }) => kind).join(", "));
    return outlooks.length === 0 ? unread : undecided(said(outlooks));
  },
  16: (seen) => {
    const asked = read(seen).filter(({ sortById }) => sortById !== undefined);
    const refusing = asked.filter(({ sortById }) => sortById === "refused");
    if (refusing.length > 0) return refuted(`rejected by ${kindsOf(refusing)}`);
    if (read(seen).length === 0) return unread;
    return asked.length === 0 ? undecided("no order was requested") : confirmed(`accepted by ${kindsOf(asked)}`);
  },
  17: () => undecided("not tested, because that would use up the quota"),
};

const kindsOf = (lists: readonly { readonly kind: Kind }[]): string => lists.map(({ kind }) => kind).join(", ");

function status(error: unknown): number | undefined {
  const found = (error as { status?: unknown } | undefined)?.status;
  return typeof found === "number" ? found : undefined;
}

/** Assesses the scope. Another configured scope does not test the assumed one, and a configured token has its own. */
function scope({ settings, probes }: Observations): Assessment {
  if (settings.accessToken !== undefined) return undecided("a configured token is used");
  const asked = probes.filter(({ kind }) => kind !== "account");
  // Without a code, the error may come from a proxy.
  const denied = asked.filter(
    ({ error }) => isApiCatalogueError(error) && error.status === 403 && error.code !== undefined,
  );
  const isAssumed = settings.scope === apiDefaults.scope;
  if (denied.length > 0)
    return isAssumed
      ? refuted(`${kindsOf(denied)}: access denied`)
      : undecided("another scope is set, and denied access");
  const allowed = asked.filter(({ error }) => error === undefined);
  if (allowed.length === 0) return unread;
  if (!isAssumed) return undecided("another scope is set, and lists are read with it");
  return confirmed(
    `${allowed.length === asked.length ? "lists" : `lists (${kindsOf(allowed)})`} are read with ${settings.scope}`,
  );
}

/** Assesses lists without records, or lists that could not be read. */
function withoutRecords(seen: Observations): Assessment {
  return read(seen).length === 0 ? unread : undecided("there are no records");
}

function oneRecord(seen: Observations): Assessment {
  const { missing } = seen;
  const asked = read(seen).filter(({ byId }) => byId !== undefined);
  const lost = asked.filter(({ byId }) => !byId).map(({ kind }) => kind);
  if (lost.length > 0) return refuted(`not found by its id: ${lost.join(", ")}`);
  if ("came" in missing) return refuted(`an unknown id returns ${missing.came}`);
  const failure = read(seen).find(({ byIdFailure }) => byIdFailure !== undefined)?.byIdFailure;
  if (failure) return undecided(failure.message);
  if (asked.length === 0) return withoutRecords(seen);
  if ("failure" in missing) return undecided(missing.failure.message);
  const { status } = missing.error;
  return status === 404
    ? confirmed("found by id; an unknown id returns 404")
    : refuted(`an unknown id returns ${status}`);
}

/** Assesses an error of the API itself. */
function ofError(judge: (error: ApiError) => Assessment): (seen: Observations) => Assessment {
  return ({ missing }) => {
    if ("error" in missing) return judge(missing.error);
    return undecided("failure" in missing ? missing.failure.message : "there was no error");
  };
}

/** Assesses pages by their length and their beginning, and the maximum by `GET /doc` and by larger pages. */
function paging(seen: Observations): Assessment {
  const { style, limitParameter, pageSize } = seen.settings.paging;
  if (style === "none") return undecided("paging is off");
  const lists = read(seen);
  if (lists.length === 0) return unread;
  for (const list of lists) {
    const why = pagingProblem(list, limitParameter, style);
    if (why !== undefined) return refuted(`${list.kind}: ${why}`);
  }
  const maximum = documentedMaximum(seen.described.lists, limitParameter);
  if (maximum !== undefined && maximum !== MAX_PAGE_SIZE)
    return maximum === pageSize
      ? undecided(`another maximum is set, as GET /doc says (${maximum})`)
      : refuted(`GET /doc: a page has at most ${maximum} records`);
  const { long } = seen;
  if (long && "refusal" in long) return confirmed(`${limitParameter}=${pageSize} is rejected`);
  if (long && "came" in long && long.came > MAX_PAGE_SIZE)
    return undecided(`pages of ${pageSize} records are set, and returned`);
  const assessed = lists.filter(({ window, sample }) => window !== undefined && (sample.total ?? 3) > 2);
  return assessed.length > 0 ? confirmed(kindsOf(assessed)) : undecided("no list is long enough");
}

/** Returns what contradicts the paging of a list. */
function pagingProblem(list: ReadList, limitParameter: string, style: Paging["style"]): string | undefined {
  const { sample, window, limit = Infinity, limitRefusal } = list;
  const { length } = sample.records;
  if (limitRefusal) return `a page of the configured size is rejected (${limitRefusal.status})`;
  if (length > limit) return `${limit} records were requested, ${length} were returned`;
  if (isClamped(list)) return `${limitParameter}=${limit} returns ${length} records, and the list has ${sample.total}`;
  if (window === undefined) return undefined;
  if (window.records.length > 2) return `2 records were requested, ${window.records.length} were returned`;
  const expected = sample.records[style === "page" ? 2 : 1];
  const isElsewhere = expected !== undefined && window.records[0]?.["id"] !== expected["id"];
  return isElsewhere ? "the second page has the wrong offset" : undefined;
}
