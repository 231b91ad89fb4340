import { ApiError } from "../api/errors.js";
import { listOfOne } from "../api/list-of-one.js";
import { isRefusedParameter } from "../api/list.js";
import { missingId } from "../api/missing-id.js";
import { PageError } from "../api/page-error.js";
import { announcedBy } from "../api/announced.js";
import { idOf, parsePage } from "../api/page.js";
import { maxPageSize, type ApiSettings, type Paging } from "../api/settings.js";
import type { Answer, Transport } from "../api/transport.js";
import { collections, type Attributes, type Kind } from "../inventory/records.js";
import { isOwnAnswer } from "./own-answer.js";
import { plainListError, plainPageError, plainRecordError } from "./plain-fault.js";

/** One page of a list. */
export interface Page {
  readonly records: readonly Attributes[];
  readonly headers: Answer["headers"];
  readonly status: number;
  /** The number of records that the list announces. */
  readonly total: number | undefined;
}

/** A list that was read, and what the calls to it showed. */
export interface ReadList {
  readonly kind: Kind;
  readonly error?: undefined;
  /** The first page: `limit` records. */
  readonly sample: Page;
  /** The number of records that the first page was asked for; undefined if lists are not paged. */
  readonly limit: number | undefined;
  /** How a page of the size of the settings, up to 250, was refused; the first page is smaller then. */
  readonly limitRefusal?: ApiError | undefined;
  /** How `sort=id` was answered; undefined if it was not sent. */
  readonly sortById: "accepted" | "refused" | undefined;
  /** Two records from the second one on, in offset style, or from the third one on, in page style. Absent if the list is too short. */
  readonly window?: Page | undefined;
  /** How `sort=-updatedAt` was answered; undefined if it was not sent. */
  readonly latest?: { readonly page: Page } | { readonly refusal: ApiError } | { readonly fault: Error } | undefined;
  /** The status of the answer to If-None-Match; absent if there was no ETag, and if the API did not answer. */
  readonly revalidated?: number;
  /** Why a call with If-None-Match failed. */
  readonly revalidationFault?: Error;
  /** Whether the first record was found by its id; absent if there is none, and if the API did not answer. */
  readonly byId?: boolean;
  /** Why a call for the first record failed; its message has nothing of the record. */
  readonly byIdFault?: Error;
}

/** A list that could not be read; the message of the error has nothing of a record. */
export interface UnreadList {
  readonly kind: Kind;
  readonly error: ApiError | Error;
  readonly sample?: undefined;
}

/** What a few calls to one list showed. */
export type ListProbe = ReadList | UnreadList;

/** Returns whether a list was read. */
export function isRead(probe: ListProbe): probe is ReadList {
  return probe.error === undefined;
}

/** How a page larger than 250 records was answered. */
export type LongPage =
  | { readonly kind: Kind; readonly refusal: ApiError }
  | { readonly kind: Kind; readonly fault: Error }
  /** `expected` is undefined if the list announces no total. */
  | { readonly kind: Kind; readonly came: number; readonly expected: number | undefined };

/**
 * What the id of no record was answered with: an error of the API's own, or something that is no error. Where the API has not
 * answered: why.
 */
export type MissingProbe = { readonly error: ApiError } | { readonly came: string } | { readonly fault: Error };

/** Records of a page if the API refuses the size of the settings. */
const SMALL_PAGE = 10;

/** Records that show whether the latest changes come first. */
const LATEST = 10;

type Query = Readonly<Record<string, string>>;

/** Asks for pages of one list. */
class ListReader {
  /** The number of records that the first page is asked for. */
  readonly limit: number;
  readonly style: Paging["style"];
  /** Whether a sync asks for an order. */
  readonly sorts: boolean;
  /** Whether a refresh asks for the latest changes first. */
  readonly readsChanges: boolean;

  constructor(
    private readonly transport: Transport,
    private readonly paging: Paging,
    private readonly kind: Kind,
  ) {
    const { style, pageSize, sorting } = paging;
    this.limit = Math.min(pageSize, maxPageSize);
    this.style = style;
    this.sorts = sorting && style !== "none";
    this.readsChanges = this.sorts && style === "offset" && kind !== "account";
  }

  /** The ways to ask for the first page, the best one first. */
  firstPages(): { readonly limit: number; readonly sort?: "id" }[] {
    const limits = this.style !== "none" && SMALL_PAGE < this.limit ? [this.limit, SMALL_PAGE] : [this.limit];
    return limits.flatMap((limit) => (this.sorts ? [{ limit, sort: "id" }, { limit }] : [{ limit }]));
  }

  /** @param position of the first record in offset style, or the number of the page less one in page style */
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
      // Counts that cannot be read are an error to a reader of the list, too.
      return { headers, status, records, total: announcedBy(headers, records.length).total };
    } catch (error) {
      throw error instanceof PageError ? plainPageError(error, answer) : error;
    }
  }

  /** Returns the page, or the error by which the API refuses a query parameter. @throws any other error */
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

/** Tests the assumptions about a list, among them its order [assumption 15] [assumption 16]: five calls if none is refused. */
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

/** The first page, and what it was asked for. */
interface First extends Pick<ReadList, "sample" | "limitRefusal" | "sortById"> {
  readonly limit: number;
  readonly query: Query;
}

/** Asks for the first page as a sync does; without an order, or for fewer records, if the API refuses that. */
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
  throw refusals[0] ?? new Error("no page was asked for");
}

/** Asks for two records from the second one on, and for the latest changes. */
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
    return { fault: plainListError(error) };
  }
}

/**
 * Asks the longest list for a page of the size of the settings if that is more than 250 records: whether the API refuses it or
 * returns less is not published. It asks for the end of the list, so that 251 records come at most.
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
  if (style === "none" || pageSize <= maxPageSize || list === undefined) return undefined;
  const { kind, sample, sortById } = list;
  const reader = new ListReader(transport, settings.paging, kind);
  const position = style === "offset" ? Math.max(0, (sample.total ?? 0) - maxPageSize - 1) : 0;
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
    return { kind, fault: plainListError(error) };
  }
}

async function revalidate(ask: () => Promise<Page>): Promise<Pick<ReadList, "revalidated" | "revalidationFault">> {
  try {
    return { revalidated: (await ask()).status };
  } catch (error) {
    const revalidationFault = plainListError(error);
    const { status } = isOwnAnswer(error) ? error : {};
    return status === undefined ? { revalidationFault } : { revalidated: status, revalidationFault };
  }
}

/** What the API says where it knows no such record, or no such address. */
const isNotFound = (error: unknown): boolean => isOwnAnswer(error) && (error.status === 404 || error.status === 400);

async function find(
  transport: Transport,
  kind: Kind,
  { id }: Attributes,
): Promise<Pick<ReadList, "byId" | "byIdFault">> {
  try {
    const found = (await transport.getJson([collections[kind], String(id)])) as Attributes | null;
    return { byId: String(found?.["id"]) === String(id) };
  } catch (error) {
    return isNotFound(error) ? { byId: false } : { byIdFault: plainRecordError(error) };
  }
}

/** What the API answers to the id of no record. @param kind one whose list can be read: of another it would say as little */
export async function probeMissing(transport: Transport, kind: Kind): Promise<MissingProbe> {
  try {
    return {
      came: isRecord(await transport.getJson([collections[kind], missingId])) ? "a record" : "JSON that is no record",
    };
  } catch (error) {
    return isOwnAnswer(error) ? { error } : { fault: plainRecordError(error) };
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && idOf(value as Attributes) !== undefined;
}
