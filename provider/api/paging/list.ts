import pLimit from "p-limit";
import { ApiError } from "../errors/errors.js";
import { parseListHeaders } from "./list-headers.js";
import { revalidate, EtagCollector, type ListValidators } from "./etags.js";
import { PageError } from "../errors/page-error.js";
import type { ApiSettings } from "../http/settings.js";
import type { Answer, Transport } from "../http/transport.js";
import type { PageTimes } from "../../model/updated-at.js";

/** Maximum number of restarts if the list changes while it is read. */
const MAX_RESTARTS = 3;

/** The summary of a page, as a sink returns it. */
export interface PageSummary {
  readonly count: number;
  /** Number of records whose id is on no earlier page of the list. */
  readonly newCount: number;
  /** The ids of the first and the last record; undefined if the page is empty. */
  readonly firstAndLastId: readonly [first: string, last: string] | undefined;
  /** Number of new records that the sink did not have when the list began. */
  readonly added: number;
  /** Number of new records that the sink did not have or had with other content. */
  readonly changed: number;
  /** When the records were changed; undefined if the page is empty, or if a record has no valid `updatedAt`. */
  readonly times: PageTimes | undefined;
}

/** Receives pages, possibly out of order. */
export interface PageSink {
  /** Begins or restarts a list. Discards earlier pages. */
  begin(): void | Promise<void>;
  /** @throws PageError */
  add(body: Uint8Array): Promise<PageSummary>;
}

/** Options of `readList`. */
export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  /** Query parameters for the server, whose filters are not known. [assumption 14] */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Called after each page with the number of unique records so far, and the total if the server sends it. */
  readonly onPage?: (count: number, total: number | undefined) => void;
  /** The validators of the list from the last read. */
  readonly validators?: ListValidators | undefined;
  /** Whether to request an order by id, if the settings allow it. Without an order a server may repeat and omit records. Default true. */
  readonly sorted?: boolean | undefined;
}

/** A complete list, or one that is unchanged. */
export type ListResult =
  | { readonly unchanged: true }
  | {
      readonly unchanged: false;
      readonly count: number;
      readonly known: ListValidators | undefined;
      /** When the newest record was changed; undefined if a record has no valid `updatedAt`, or if the server sends no total. */
      readonly newest: number | undefined;
      /** The server rejects `sort=id`, so the list was read without it. */
      readonly sortRefused: boolean;
    };

/** The list changed while it was read. */
class ListChangedError extends Error {}

/**
 * Reads a complete list. The number of unique ids must equal the server's total.
 * @throws ApiError, `incomplete` if the list keeps changing or ends early
 */
export async function listPages(
  transport: Transport,
  settings: ApiSettings,
  collection: string,
  sink: PageSink,
  options: ListOptions = {},
): Promise<ListResult> {
  const ask = (query: Readonly<Record<string, string>>, ifNoneMatch?: string): Promise<Answer> =>
    transport.get([collection], {
      query: { ...options.parameters, ...query },
      signal: options.signal,
      ifNoneMatch,
    });
  const { unchanged, first } = options.validators ? await revalidate(options.validators, ask) : { unchanged: false };
  if (unchanged) return { unchanged: true };
  let moved: ListChangedError | undefined;
  for (let attempt = 0; attempt <= MAX_RESTARTS; attempt += 1) {
    try {
      await sink.begin();
      const listing = new Listing(transport, ask, settings, collection, sink, options);
      return await listing.run(attempt === 0 ? first : undefined);
    } catch (error) {
      if (!(error instanceof ListChangedError)) throw error;
      moved = error;
    }
  }
  throw incomplete(settings, collection, `${moved?.message ?? "it changed"}; restarted ${MAX_RESTARTS} times`);
}

/** Returns the error of an incomplete list. */
function incomplete(settings: ApiSettings, collection: string, why: string): ApiError {
  return new ApiError({
    reason: "incomplete",
    method: "GET",
    url: `${settings.endpoint}/${collection}`,
    summary: `the list is not complete: ${why}`,
    hint: "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
  });
}

/** Number of records that neighbouring pages have in common. */
export function sharedBy(length: number): number {
  return length > 1 ? 1 : 0;
}

/** Returns the query parameters for the page size and the position of a page. */
export function pageQuery(
  { limitParameter, offsetParameter, pageSize }: ApiSettings["paging"],
  position: number,
): Record<string, string> {
  return { [limitParameter]: String(pageSize), [offsetParameter]: String(position) };
}

/** Returns whether the server rejects a query parameter (400 with code 27 or 28, or without a code). */
export function isRefusedParameter(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.reason === "http" &&
    error.status === 400 &&
    (error.code === undefined || error.code === 27 || error.code === 28)
  );
}

/** Returns whether the error means that no page follows the last one, as on some servers. */
function isBeyond(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "http" && [400, 404, 416].includes(error.status ?? 0);
}

class Listing {
  readonly #tags = new EtagCollector();
  readonly #seams = new PageOverlapCheck();
  #found = 0;
  /** Whether a response was partial, by its status or a link to a next page. */
  #isPart = false;
  /** Whether the total may be that of one page. */
  #isDoubted = true;
  /** Whether the last response announced a next page. */
  #hasNext = false;
  #ignoresTotals = false;
  /** Whether the list has failed, so that later pages are ignored. */
  #abandoned = false;
  #first: Answer | undefined;
  #total: number | undefined;
  #isSorted: boolean;
  #sortRefused = false;
  /** When the newest record was changed; NaN if that is unknown for a record. */
  #newest = -Infinity;

  constructor(
    private readonly transport: Transport,
    private readonly ask: (query: Readonly<Record<string, string>>) => Promise<Answer>,
    private readonly settings: ApiSettings,
    private readonly collection: string,
    private readonly sink: PageSink,
    private readonly options: ListOptions,
  ) {
    // A list without paging needs no order.
    this.#isSorted = settings.paging.sorting && settings.paging.style !== "none" && (options.sorted ?? true);
  }

  /** @param first the first page, if it was already fetched */
  async run(first: Answer | undefined): Promise<ListResult> {
    const { style } = this.settings.paging;
    this.#first = first;
    const length = await this.#fetchPage(0, 1, true);
    if (length > 0 && style !== "none") {
      if (this.#total === undefined) await this.#readUntilEmpty(length);
      else if (this.#found !== this.#total) await this.#readRemaining(length, this.#total);
      else if (this.#isDoubted || this.#isPart || length === this.settings.paging.pageSize)
        await this.#confirmLastPage(length);
    }
    if (style === "none" && this.#hasNext) throw this.#incomplete("the response is partial and announces a next page");
    // An empty page ends a list only after other pages.
    if (this.#isPart && this.#total === undefined && (style === "none" || length === 0))
      throw this.#incomplete("the response is partial (206), and the server sends no total");
    if (this.#total !== undefined && this.#found !== this.#total) {
      throw this.#incomplete(`${this.#found} of ${this.#total} records received`);
    }
    return {
      unchanged: false,
      count: this.#found,
      known: this.#tags.validators(this.#total),
      newest: this.#total !== undefined && Number.isFinite(this.#newest) ? this.#newest : undefined,
      sortRefused: this.#sortRefused,
    };
  }

  #incomplete(why: string): ApiError {
    return incomplete(this.settings, this.collection, why);
  }

  /** Confirms that no page follows if the count of records equals a total that may be that of the page. */
  async #confirmLastPage(length: number): Promise<void> {
    const total = this.#total;
    this.#total = undefined;
    this.#ignoresTotals = true;
    try {
      await this.#readUntilEmpty(length);
    } catch (error) {
      if (!isBeyond(error) || this.#found !== total) throw error;
    }
    if (this.#found === total) this.#total = total;
  }

  /** Reads the remaining pages concurrently if the total is known. Requests the missing records of a short page again. */
  async #readRemaining(length: number, total: number): Promise<void> {
    if (this.settings.paging.style === "page") {
      const numbers = Array.from({ length: Math.ceil(total / length) - 1 }, (_, index) => index + 2);
      await this.#inParallel(numbers, (number) => this.#fetchPage(0, number));
      return;
    }
    // The server may cap the page size, so the length of the first page is the step.
    const shared = sharedBy(length);
    const step = length - shared;
    const starts: number[] = [];
    for (let start = step; start + shared < total; start += step) starts.push(start);
    await this.#inParallel(starts, (offset) => this.#readRange(offset, Math.min(offset + length, total), shared));
  }

  /** Reads all records from one offset to another, regardless of the size of the pages. */
  async #readRange(from: number, to: number, shared: number): Promise<void> {
    let offset = from;
    for (;;) {
      const got = await this.#fetchPage(offset, 0);
      if (got <= shared) throw new ListChangedError(`no record at offset ${offset + got} of ${this.#total}`);
      offset += got;
      if (offset >= to) return;
      offset -= shared;
    }
  }

  /**
   * Reads page after page if the total is unknown, until a page has no new record. A server without paging sends everything each time.
   * A server that sends a full page, or a partial response, has more.
   */
  async #readUntilEmpty(length: number): Promise<void> {
    const shared = this.settings.paging.style === "offset" ? sharedBy(length) : 0;
    let offset = length - shared;
    for (let number = 2; ; number += 1) {
      const before = this.#found;
      const got = await this.#fetchPage(offset, number);
      if (got < shared) throw new ListChangedError(`no record at offset ${offset}, where there was one`);
      if (got === shared) return;
      if (this.#found === before) {
        if (this.#isDoubted && (this.#isPart || length === this.settings.paging.pageSize))
          throw this.#incomplete("the server repeats the same page and sends no total");
        return;
      }
      offset += got - shared;
    }
  }

  /** Twice the concurrency of requests, so that the sink works while requests run. */
  async #inParallel<T>(positions: readonly T[], take: (position: T) => Promise<unknown>): Promise<void> {
    const limit = pLimit(2 * this.settings.concurrency);
    try {
      await limit.map(positions, take);
    } catch (error) {
      this.#abandoned = true;
      limit.clearQueue();
      throw error;
    }
  }

  /** Fetches one page into the sink. Returns its number of records. */
  async #fetchPage(offset: number, number: number, first = false): Promise<number> {
    const page = (): Promise<Answer> => this.#page(offset, number, first);
    const { answer, taken } = await this.transport.parse([this.collection], page, async (answer) => {
      const taken = await this.sink.add(answer.body);
      this.#count(answer, taken.count, first);
      return { answer, taken };
    });
    this.#found += taken.newCount;
    if (taken.count > 0) this.#newest = Math.max(this.#newest, taken.times?.newest ?? NaN);
    this.#tags.add(this.#query(offset, number), answer.headers.get("etag"));
    this.options.onPage?.(this.#found, this.#total);
    this.#checkOverlap(offset, taken);
    return taken.count;
  }

  async #page(offset: number, number: number, first: boolean): Promise<Answer> {
    let answer = this.#first;
    this.#first = undefined;
    try {
      answer ??= await this.ask(this.#query(offset, number));
    } catch (error) {
      if (!first || !this.#isSorted || !isRefusedParameter(error)) throw error;
      this.#isSorted = false;
      answer = await this.ask(this.#query(offset, number));
      this.#sortRefused = true;
    }
    if (this.#abandoned) throw new ListChangedError("the list was abandoned");
    return answer;
  }

  /** @throws ListChangedError if the page contradicts an earlier one */
  #checkOverlap(offset: number, { count, newCount, firstAndLastId }: PageSummary): void {
    // A page without new records is not the next page. Pages by number do not overlap.
    if (firstAndLastId === undefined || newCount === 0 || this.settings.paging.style !== "offset") return;
    const place = this.#seams.add(offset, count, ...firstAndLastId);
    if (place !== undefined) throw new ListChangedError(`the record at offset ${place} has changed`);
  }

  /** Reads the total of a response. @throws PageError, ListChangedError */
  #count({ headers, status }: Answer, length: number, first: boolean): void {
    if (status !== 200 && status !== 206) throw new PageError("shape", `unexpected HTTP status ${status} for a list`);
    const { total, isCertain, hasNext } = parseListHeaders(headers, length);
    this.#isPart ||= status === 206 || hasNext;
    this.#hasNext ||= hasNext;
    if (first) {
      this.#total = total;
      this.#isDoubted = !isCertain;
    } else if (!this.#ignoresTotals && total !== undefined && total !== this.#total) {
      throw new ListChangedError(`the total changed from ${this.#total ?? "unknown"} to ${total}`);
    }
  }

  #query(offset: number, number: number): Record<string, string> {
    const { paging } = this.settings;
    if (paging.style === "none") return {};
    const query = pageQuery(paging, paging.style === "page" ? number : offset);
    // [assumption 16]
    return this.#isSorted ? { ...query, sort: "id" } : query;
  }
}

/**
 * Checks that neighbouring pages overlap by the same record. If the overlapping record differs between two pages, the list changed
 * while it was read, although its total did not, and a record may be missing.
 */
export class PageOverlapCheck {
  readonly #ids = new Map<number, string>();

  /** Adds a page. Pages can be in any order. @returns the offset at which it contradicts another page */
  add(offset: number, count: number, first: string, last: string): number | undefined {
    const ends = [
      [offset, first],
      [offset + count - 1, last],
    ] as const;
    for (const [place, id] of ends) {
      if ((this.#ids.get(place) ?? id) !== id) return place;
      this.#ids.set(place, id);
    }
    return undefined;
  }
}
