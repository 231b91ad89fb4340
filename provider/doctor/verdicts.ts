import { ApiError } from "../api/errors.js";
import { assumptions } from "../api/assumptions.js";
import { PageError } from "../api/page-error.js";
import { refusalOf } from "../fetch.js";
import { apiDefaults, maxPageSize, type ApiSettings, type Paging } from "../api/settings.js";
import type { Kind } from "../inventory/records.js";
import { documentedMaximum, filtersOf, type Described } from "./description.js";
import { isClamped } from "./list-checks.js";
import { isOwnAnswer } from "./own-answer.js";
import { isRead, type ListProbe, type LongPage, type MissingProbe, type ReadList } from "./probe.js";
import { refreshOutlook, type RefreshOutlook } from "./refresh.js";
import type { FieldShare, Verdict } from "./report.js";

/** All that was seen of the service. */
export interface Seen {
  readonly settings: ApiSettings;
  /** Why nothing could be asked; undefined where the service answered. */
  readonly unreachable: ApiError | Error | undefined;
  readonly probes: readonly ListProbe[];
  /** How a page of more than 250 records was answered; undefined if none was asked for. */
  readonly long: LongPage | undefined;
  readonly missing: MissingProbe;
  readonly fields: readonly FieldShare[];
  readonly described: Pick<Described, "lists" | "fault">;
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
  if (code === undefined) {
    const seen = `answered by ${status}, and not as OAuth answers`;
    return ofWhoAsks.has(status) ? unknown(`${seen}: it may be something on the way`) : refuted(seen);
  }
  if (code === "unsupported_grant_type") return refuted(`client credentials get no token there (${code})`);
  return unknown(refusals.get(code) ?? `no token was given (${code}), in an answer of OAuth`);
}

/** The statuses by which a firewall or a proxy refuses as well, or gives up. */
const ofWhoAsks: ReadonlySet<number> = new Set([401, 403, 407, 408]);

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

const read = ({ probes }: Seen): ReadList[] => probes.filter(isRead);

const unread = unknown("no list was read");

const judges: Readonly<Record<number, (seen: Seen) => Judged>> = {
  1: ({ settings }) =>
    settings.endpoint === apiDefaults.endpoint
      ? confirmed("it answers")
      : unknown("another endpoint is set, and answers"),
  2: ({ settings }) => (settings.accessToken ? unknown("a ready token is used") : confirmed("a token was given")),
  3: scope,
  4: (seen) => {
    if (seen.settings.apiKey === undefined) return unknown("no API key is set");
    return read(seen).length > 0 ? confirmed("calls with it are answered") : unread;
  },
  5: (seen) => {
    const invalid = seen.probes.filter(({ error }) => error instanceof PageError);
    // What is no JSON was cut short or replaced on its way.
    const other = invalid.find(({ error }) => error instanceof PageError && error.fault === "shape");
    if (other) return refuted(`${other.kind}: ${other.error?.message}`);
    if (read(seen).length > 0) return confirmed("every list that was read");
    return invalid[0] ? unknown(`${invalid[0].kind}: ${invalid[0].error?.message}`) : unread;
  },
  6: (seen) => {
    const lists = read(seen);
    if (lists.length === 0) return unread;
    const counted = lists.filter(({ sample }) => sample.total !== undefined);
    if (counted.length === 0) return refuted("no list announces a total: pages are read until one is empty");
    const wrong = lists.filter(({ sample, window }) => window && (window.total ?? Infinity) < sample.records.length);
    if (wrong.length > 0) return refuted("a total is smaller than its page, or is the count of the page alone");
    return confirmed(`${counted.length} of ${lists.length} lists announce a total`);
  },
  7: paging,
  8: (seen) => {
    const probes = read(seen);
    const answered = probes.flatMap(({ revalidated }) => (revalidated === undefined ? [] : [revalidated]));
    if (answered.includes(304)) return confirmed("answered by 304");
    if (answered.length > 0) return refuted(`answered by ${answered[0]}`);
    const failed = probes.find(({ revalidationFault }) => revalidationFault !== undefined);
    if (failed) return unknown(`${failed.revalidationFault?.message}`);
    return probes.length === 0 ? unread : unknown("no list has an ETag, which the client does without");
  },
  9: (seen) => {
    const asked = seen.fields.filter(({ records }) => records > 0);
    if (asked.length === 0) return withoutRecords(seen);
    const names = asked.filter(({ field }) => field === "name");
    const poor = names.filter(({ found, records }) => found < records / 2);
    if (poor.length > 0)
      return refuted(`most records of ${poor.map(({ kind }) => kind).join(", ")} have no name by the field map`);
    const none = asked.filter(({ found }) => found === 0).map(({ kind, field }) => `${kind}.${field}`);
    return confirmed(none.length > 0 ? `but nowhere found: ${none.join(", ")}` : "every field is found");
  },
  10: oneRecord,
  11: ofError(({ code }) => (code === undefined ? refuted("an error came without a code") : confirmed(`code ${code}`))),
  12: ofError(({ requestId }) =>
    requestId === undefined ? refuted("an error has none of them") : confirmed("an error has one"),
  ),
  13: ({ probes }) => {
    const probe = probes.find(({ kind }) => kind === "account");
    if (!probe?.error) return confirmed(probe?.sample.records.length === 0 ? "an empty list" : "this account has them");
    return refusalOf(probe.error) === undefined
      ? unknown(probe.error.message)
      : confirmed(`answered by ${status(probe.error)}`);
  },
  14: ({ described: { lists, fault }, settings }) => {
    if (fault) return unknown(fault.message);
    const described = Object.values(lists);
    if (described.length === 0) return unknown("GET /doc describes no list");
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
    return outlooks.length === 0 ? unread : unknown(said(outlooks));
  },
  16: (seen) => {
    const asked = read(seen).filter(({ sortById }) => sortById !== undefined);
    const refusing = asked.filter(({ sortById }) => sortById === "refused");
    if (refusing.length > 0) return refuted(`refused by ${kindsOf(refusing)}`);
    if (read(seen).length === 0) return unread;
    return asked.length === 0 ? unknown("no order was asked for") : confirmed(`accepted by ${kindsOf(asked)}`);
  },
  17: () => unknown("not tested: that would use up the quota"),
};

const kindsOf = (lists: readonly { readonly kind: Kind }[]): string => lists.map(({ kind }) => kind).join(", ");

function status(error: unknown): number | undefined {
  const found = (error as { status?: unknown } | undefined)?.status;
  return typeof found === "number" ? found : undefined;
}

/** That of the settings says nothing of the one that is assumed, and a ready token has its own. */
function scope({ settings, probes }: Seen): Judged {
  if (settings.accessToken !== undefined) return unknown("a ready token is used");
  const asked = probes.filter(({ kind }) => kind !== "account");
  // Without a code it may be something on the way that refuses.
  const denied = asked.filter(({ error }) => isOwnAnswer(error) && error.status === 403 && error.code !== undefined);
  const isAssumed = settings.scope === apiDefaults.scope;
  if (denied.length > 0)
    return isAssumed
      ? refuted(`${kindsOf(denied)}: access denied`)
      : unknown("another scope is set, and denied access");
  const allowed = asked.filter(({ error }) => error === undefined);
  if (allowed.length === 0) return unread;
  if (!isAssumed) return unknown("another scope is set, and lists are read with it");
  return confirmed(
    `${allowed.length === asked.length ? "lists" : `lists (${kindsOf(allowed)})`} are read with ${settings.scope}`,
  );
}

/** Lists of which none has a record, or none could be read. */
function withoutRecords(seen: Seen): Judged {
  return read(seen).length === 0 ? unread : unknown("there are no records");
}

function oneRecord(seen: Seen): Judged {
  const { missing } = seen;
  const asked = read(seen).filter(({ byId }) => byId !== undefined);
  const lost = asked.filter(({ byId }) => !byId).map(({ kind }) => kind);
  if (lost.length > 0) return refuted(`not found by its id: ${lost.join(", ")}`);
  if ("came" in missing) return refuted(`what is not there is answered by ${missing.came}`);
  const fault = read(seen).find(({ byIdFault }) => byIdFault !== undefined)?.byIdFault;
  if (fault) return unknown(fault.message);
  if (asked.length === 0) return withoutRecords(seen);
  if ("fault" in missing) return unknown(missing.fault.message);
  const { status } = missing.error;
  return status === 404
    ? confirmed("found by id; what is not there is a 404")
    : refuted(`what is not there is answered by ${status}`);
}

/** What an error of the API's own shows. */
function ofError(judge: (error: ApiError) => Judged): (seen: Seen) => Judged {
  return ({ missing }) => {
    if ("error" in missing) return judge(missing.error);
    return unknown("fault" in missing ? missing.fault.message : "there was no error");
  };
}

/** Judges pages by their length and their beginning, and the maximum by `GET /doc` and by pages that are larger. */
function paging(seen: Seen): Judged {
  const { style, limitParameter, pageSize } = seen.settings.paging;
  if (style === "none") return unknown("paging is off");
  const lists = read(seen);
  if (lists.length === 0) return unread;
  for (const list of lists) {
    const why = pagingFault(list, limitParameter, style);
    if (why !== undefined) return refuted(`${list.kind}: ${why}`);
  }
  const maximum = documentedMaximum(seen.described.lists, limitParameter);
  if (maximum !== undefined && maximum !== maxPageSize)
    return maximum === pageSize
      ? unknown(`another maximum is set, as GET /doc says (${maximum})`)
      : refuted(`GET /doc: a page has at most ${maximum} records`);
  const { long } = seen;
  if (long && "refusal" in long) return confirmed(`${limitParameter}=${pageSize} is refused`);
  if (long && "came" in long && long.came > maxPageSize)
    return unknown(`pages of ${pageSize} records are set, and returned`);
  const judged = lists.filter(({ window, sample }) => window !== undefined && (sample.total ?? 3) > 2);
  return judged.length > 0 ? confirmed(kindsOf(judged)) : unknown("no list is long enough to tell");
}

/** Returns what contradicts the paging of a list. */
function pagingFault(list: ReadList, limitParameter: string, style: Paging["style"]): string | undefined {
  const { sample, window, limit = Infinity, limitRefusal } = list;
  const { length } = sample.records;
  if (limitRefusal) return `a page of the size of the settings is refused (${limitRefusal.status})`;
  if (length > limit) return `${limit} records were asked for, ${length} came`;
  if (isClamped(list)) return `${limitParameter}=${limit} returns ${length} records, and the list has ${sample.total}`;
  if (window === undefined) return undefined;
  if (window.records.length > 2) return `two records were asked for, ${window.records.length} came`;
  const expected = sample.records[style === "page" ? 2 : 1];
  const isElsewhere = expected !== undefined && window.records[0]?.["id"] !== expected["id"];
  return isElsewhere ? "the second page begins elsewhere" : undefined;
}
