import { ApiError } from "../api/errors/errors.js";
import { listOfOne } from "../api/paging/list-of-one.js";
import { isRefusedParameter } from "../api/paging/list.js";
import { NONEXISTENT_ID, collections, type Attributes, type Kind } from "../model/records.js";
import { PageError } from "../api/errors/page-error.js";
import { parseListHeaders } from "../api/paging/list-headers.js";
import { idOf, parsePage } from "../api/paging/page.js";
import { MAX_PAGE_SIZE, type ApiSettings, type Paging } from "../api/http/settings.js";
import type { Answer, Transport } from "../api/http/transport.js";
import { plainListError, plainPageError, plainRecordError } from "./plain-errors.js";
import { errorRow, errorTable } from "../api/errors/error-catalogue.js";

/** One page of a list. */
export interface Page {
  readonly records: readonly Attributes[];
  readonly headers: Answer["headers"];
  readonly status: number;
  /** The total of the list. */
  readonly total: number | undefined;
}

/** A readable list with the results of its calls. */
export interface ReadList {
  readonly kind: Kind;
  readonly error?: undefined;
  /** The first page: `limit` records. */
  readonly sample: Page;
  /** The requested number of records of the first page; undefined if lists are not paged. */
  readonly limit: number | undefined;
  /** How the API rejected a page of the configured size, up to 250. The first page is then smaller. */
  readonly limitRefusal?: ApiError | undefined;
  /** The response to `sort=id`; undefined if it was not sent. */
  readonly sortById: "accepted" | "refused" | undefined;
  /** Two records from the second one on, in offset style, or from the third one on, in page style. Absent if the list is too short. */
  readonly window?: Page | undefined;
  /** The response to `sort=-updatedAt`; undefined if it was not sent. */
  readonly latest?: { readonly page: Page } | { readonly refusal: ApiError } | { readonly failure: Error } | undefined;
  /** The status of the response to If-None-Match; absent without an ETag, and if the API did not respond. */
  readonly revalidated?: number;
  /** Why a call with If-None-Match failed. */
  readonly revalidationFailure?: Error;
  /** Whether the first record was found by its id; absent without records, and if the API did not respond. */
  readonly byId?: boolean;
  /** Why a call for the first record failed, without data of the record. */
  readonly byIdFailure?: Error;
}

/** A list that could not be read. The message of the error has no data of a record. */
export interface UnreadList {
  readonly kind: Kind;
  readonly error: ApiError | Error;
  readonly sample?: undefined;
}

/** The results of a few calls to one list. */
export type ListProbe = ReadList | UnreadList;

/** Returns whether a list was read. */
export function isRead(probe: ListProbe): probe is ReadList {
  return probe.error === undefined;
}

/** The response to a request for a page of more than 250 records. */
export type LongPage =
  | { readonly kind: Kind; readonly refusal: ApiError }
  | { readonly kind: Kind; readonly failure: Error }
  /** `expected` is undefined if the list has no total. */
  | { readonly kind: Kind; readonly came: number; readonly expected: number | undefined };

/**
 * The response to an id that does not exist: an error of the API, or another response. If the API did not respond: the reason.
 */
export type MissingProbe = { readonly error: ApiError } | { readonly came: string } | { readonly failure: Error };

/** Page size if the API rejects the configured one. */
const SMALL_PAGE = 10;

/** Number of records to check whether the latest changes come first. */
const LATEST = 10;

type Query = Readonly<Record<string, string>>;

/** Requests pages of one list. */
class ListReader {
  /** The requested number of records of the first page. */
  readonly limit: number;
  readonly style: Paging["style"];
  /** Whether a sync requests an order. */
  readonly sorts: boolean;
  /** Whether a refresh requests the latest changes first. */
  readonly readsChanges: boolean;

  constructor(
    private readonly transport: Transport,
    private readonly paging: Paging,
    private readonly kind: Kind,
  ) {
    const { style, pageSize, sorting } = paging;
    this.limit = Math.min(pageSize, MAX_PAGE_SIZE);
    this.style = style;
    this.sorts = sorting && style !== "none";
    this.readsChanges = this.sorts && style === "offset" && kind !== "account";
  }

  /** The queries for the first page, the best one first. */
  firstPages(): { readonly limit: number; readonly sort?: "id" }[] {
    const limits = this.style !== "none" && SMALL_PAGE < this.limit ? [this.limit, SMALL_PAGE] : [this.limit];
    return limits.flatMap((limit) => (this.sorts ? [{ limit, sort: "id" }, { limit }] : [{ limit }]));
  }

  /** @param position the offset of the first record in offset style, or the page number minus one in page style */
  query(limit: number, position: number, sort?: string): Query {
    const { style, limitParameter, offsetParameter } = this.paging;
    if (style === "none") return {};
    const offset = String(style === "page" ? position + 1 : position);
    return { [limitParameter]: String(limit), [offsetParameter]: offset, ...(sort === undefined ? {} : { sort }) };
  }

  async page(query: Query, ifNoneMatch?: string): Promise<Page> {
    const answer = await this.transport.get([collections[this.kind]], { query, ifNoneMatch });
    const { headers, status } = answer;
    try {
      const body = this.kind === "account" ? listOfOne(answer.body) : answer.body;
      const records = status === 304 ? [] : parsePage(body);
      // Invalid counts also fail a sync.
      return { headers, status, records, total: parseListHeaders(headers, records.length).total };
    } catch (error) {
      throw error instanceof PageError ? plainPageError(error, answer) : error;
    }
  }

  /** Returns the page, or the error with which the API rejects a query parameter. @throws any other error */
  async pageOrRefusal(query: Query): Promise<Page | ApiError> {
    try {
      return await this.page(query);
    } catch (error) {
      if (error instanceof ApiError && isRefusedParameter(error)) return error;
      throw error;
    }
  }
}

const isPage = (answer: Page | ApiError): answer is Page => "records" in answer;

/** Tests the assumptions about a list, including its order [assumption 15] [assumption 16]: 5 calls if none is rejected. */
export async function probeList(transport: Transport, settings: ApiSettings, kind: Kind): Promise<ListProbe> {
  const reader = new ListReader(transport, settings.paging, kind);
  try {
    const first = await readFirst(reader);
    const { sample, limit, limitRefusal, sortById, query } = first;
    const etag = sample.headers.get("etag");
    return {
      kind,
      sample,
      limit: reader.style === "none" ? undefined : limit,
      limitRefusal,
      sortById,
      ...(await readOn(reader, first)),
      ...(etag === null ? {} : await revalidate(() => reader.page(query, etag))),
      ...(sample.records[0] === undefined ? {} : await find(transport, kind, sample.records[0])),
    };
  } catch (error) {
    return { kind, error: plainListError(error) };
  }
}

/** The first page with its query. */
interface First extends Pick<ReadList, "sample" | "limitRefusal" | "sortById"> {
  readonly limit: number;
  readonly query: Query;
}

/** Requests the first page as a sync does. Falls back to no order, or to fewer records, if the API rejects the query. */
async function readFirst(reader: ListReader): Promise<First> {
  const refusals: ApiError[] = [];
  for (const { limit, sort } of reader.firstPages()) {
    const query = reader.query(limit, 0, sort);
    const sample = await reader.pageOrRefusal(query);
    if (!isPage(sample)) {
      refusals.push(sample);
      continue;
    }
    const sortById = sort === undefined ? (reader.sorts ? "refused" : undefined) : "accepted";
    return { sample, query, limit, sortById, limitRefusal: limit < reader.limit ? refusals[0] : undefined };
  }
  throw refusals[0] ?? new Error("no page was requested");
}

/** Requests two records from the second one on, and the latest changes. */
async function readOn(reader: ListReader, { sample, query }: First): Promise<Pick<ReadList, "window" | "latest">> {
  const length = Math.max(sample.total ?? 0, sample.records.length);
  if (reader.style === "none" || length < 2 || (reader.style === "page" && length < 3)) return {};
  const window = await reader.page(reader.query(2, 1, query["sort"]));
  return reader.readsChanges ? { window, latest: await readLatest(reader) } : { window };
}

async function readLatest(reader: ListReader): Promise<ReadList["latest"]> {
  try {
    const answer = await reader.pageOrRefusal(reader.query(LATEST, 0, "-updatedAt"));
    return isPage(answer) ? { page: answer } : { refusal: answer };
  } catch (error) {
    return { failure: plainListError(error) };
  }
}

/**
 * Requests a page of the configured size from the longest list, if it is more than 250 records, because it is not documented whether
 * the API rejects it or returns fewer. The page is at the end of the list, so that it has at most 251 records.
 */
export async function probeLongPage(
  transport: Transport,
  settings: ApiSettings,
  lists: readonly ListProbe[],
): Promise<LongPage | undefined> {
  const { style, pageSize } = settings.paging;
  const readable = lists.filter((list) => isRead(list)).filter(({ limitRefusal }) => limitRefusal === undefined);
  const lengthOf = ({ sample }: ReadList): number => sample.total ?? sample.records.length;
  const [list] = readable.sort((one, other) => lengthOf(other) - lengthOf(one));
  if (style === "none" || pageSize <= MAX_PAGE_SIZE || list === undefined) return undefined;
  const { kind, sample, sortById } = list;
  const reader = new ListReader(transport, settings.paging, kind);
  const position = style === "offset" ? Math.max(0, (sample.total ?? 0) - MAX_PAGE_SIZE - 1) : 0;
  try {
    const query = reader.query(pageSize, position, sortById === "accepted" ? "id" : undefined);
    const answer = await reader.pageOrRefusal(query);
    if (!isPage(answer)) return { kind, refusal: answer };
    const { records, total } = answer;
    return {
      kind,
      came: records.length,
      expected: total === undefined ? undefined : Math.min(pageSize, total - position),
    };
  } catch (error) {
    return { kind, failure: plainListError(error) };
  }
}

async function revalidate(ask: () => Promise<Page>): Promise<Pick<ReadList, "revalidated" | "revalidationFailure">> {
  try {
    return { revalidated: (await ask()).status };
  } catch (error) {
    const revalidationFailure = plainListError(error);
    const { status } = isApiCatalogueError(error) ? error : {};
    return status === undefined ? { revalidationFailure } : { revalidated: status, revalidationFailure };
  }
}

/** Statuses for an unknown record or an unknown path. */
const isNotFound = (error: unknown): boolean =>
  isApiCatalogueError(error) && (error.status === 404 || error.status === 400);

async function find(
  transport: Transport,
  kind: Kind,
  { id }: Attributes,
): Promise<Pick<ReadList, "byId" | "byIdFailure">> {
  try {
    const found = (await transport.getJson([collections[kind], String(id)])) as Attributes | null;
    return { byId: String(found?.["id"]) === String(id) };
  } catch (error) {
    return isNotFound(error) ? { byId: false } : { byIdFailure: plainRecordError(error) };
  }
}

/** Requests an id that does not exist. @param kind a kind whose list can be read, because others always fail */
export async function probeMissing(transport: Transport, kind: Kind): Promise<MissingProbe> {
  try {
    return {
      came: isRecord(await transport.getJson([collections[kind], NONEXISTENT_ID]))
        ? "a record"
        : "JSON that is not a record",
    };
  } catch (error) {
    return isApiCatalogueError(error) ? { error } : { failure: plainRecordError(error) };
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && idOf(value as Attributes) !== undefined;
}

/**
 * Returns whether an error is the API's response to the call, from its catalogue. Only such an error tests an assumption. Timeouts,
 * network errors, token errors, throttling and outages do not.
 */
export function isApiCatalogueError(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.reason !== "http" || error.status === 401) return false;
  const { status = 0, code } = error;
  // A status outside the catalogue comes from a proxy.
  return errorTable.some((row) => row.status === status) && errorRow(status, code).action === "fail";
}
