import pLimit from "p-limit";
import { ApiError } from "./errors.js";
import { announcedBy } from "./announced.js";
import { revalidate, PageTags, type KnownList } from "./page-tags.js";
import { PageError } from "./page-error.js";
import { Seams } from "./seams.js";
import type { ApiSettings } from "./settings.js";
import type { Answer, Transport } from "./transport.js";
import type { PageTimes } from "./updated-at.js";

/** How often a list is begun again when its total moves while it is paged. */
const restarts = 3;

/** What a sink found in a page. */
export interface Taken {
  readonly count: number;
  /** Records whose id no earlier page of the list held. */
  readonly fresh: number;
  /** The ids of the first and the last record; undefined where there is none. */
  readonly ends: readonly [first: string, last: string] | undefined;
  /** Among the fresh ones, those that the sink did not hold when the list began. */
  readonly added: number;
  /** Among the fresh ones, those that the sink did not hold as they are now. */
  readonly changed: number;
  /** When the records were changed; undefined if the page is empty, or if a record has no valid `updatedAt`. */
  readonly times: PageTimes | undefined;
}

/** Where pages go, as they come, in any order. */
export interface PageSink {
  /** A list begins, or begins again: what came before does not count. */
  begin(): void | Promise<void>;
  /** @throws PageError */
  add(body: Uint8Array): Promise<Taken>;
}

/** What a list may be told. */
export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  /** Passed through to the server, whose filters are not known. [assumption 14] */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Told after each page: unique records so far, and the total where it is announced. */
  readonly onPage?: (count: number, total: number | undefined) => void;
  /** What the list was when it was last read. */
  readonly known?: KnownList | undefined;
  /** Whether to ask for an order by id, if the settings allow it: a server without one may repeat and omit records. Default true. */
  readonly sorted?: boolean | undefined;
}

/** A list that was read whole, or that is as it was. */
export type Listed =
  | { readonly unchanged: true }
  | {
      readonly unchanged: false;
      readonly count: number;
      readonly known: KnownList | undefined;
      /** When its newest record was changed; undefined if a record has no valid `updatedAt`, or if no total is announced. */
      readonly newest: number | undefined;
      /** The server refuses `sort=id`; the list was read without it. */
      readonly sortRefused: boolean;
    };

/** The list changed while it was read. */
class Moved extends Error {}

/**
 * A whole list: the unique ids gathered equal the total announced, or it is an error.
 * @throws ApiError, `incomplete` where the list does not settle or ends early
 */
export async function listPages(
  transport: Transport,
  settings: ApiSettings,
  collection: string,
  sink: PageSink,
  options: ListOptions = {},
): Promise<Listed> {
  const ask = (query: Readonly<Record<string, string>>, ifNoneMatch?: string): Promise<Answer> =>
    transport.get([collection], {
      query: { ...options.parameters, ...query },
      signal: options.signal,
      ifNoneMatch,
    });
  const { unchanged, first } = options.known ? await revalidate(options.known, ask) : { unchanged: false };
  if (unchanged) return { unchanged: true };
  const invalid: Transport["invalid"] = (...fault) => transport.invalid(...fault);
  let moved: Moved | undefined;
  for (let attempt = 0; attempt <= restarts; attempt += 1) {
    try {
      await sink.begin();
      return await new Listing(ask, settings, collection, sink, options, invalid).run(
        attempt === 0 ? first : undefined,
      );
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      moved = error;
    }
  }
  throw incomplete(settings, collection, `${moved?.message ?? "it moved"}; begun again ${restarts} times`);
}

/** Returns the error of a list that is not whole. */
function incomplete(settings: ApiSettings, collection: string, why: string): ApiError {
  return new ApiError({
    reason: "incomplete",
    method: "GET",
    url: `${settings.endpoint}/${collection}`,
    summary: `the list is not complete: ${why}`,
    hint: "try again later; if it stays, check pagingStyle, limitParameter, offsetParameter and pageSize",
  });
}

/** How many records two neighbouring pages have in common. */
export function sharedBy(length: number): number {
  return length > 1 ? 1 : 0;
}

/** The page size, and the position of a page, as the server's parameters. */
export function pageQuery(
  { limitParameter, offsetParameter, pageSize }: ApiSettings["paging"],
  position: number,
): Record<string, string> {
  return { [limitParameter]: String(pageSize), [offsetParameter]: String(position) };
}

/** Returns whether the server refuses a query parameter (400 with code 27 or 28, or without a code). */
export function isRefusedParameter(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.reason === "http" &&
    error.status === 400 &&
    (error.code === undefined || error.code === 27 || error.code === 28)
  );
}

/**
 * Asks for a page until its body arrives whole, and hands it to the sink.
 * @param count is called with each answer and the number of its records; a PageError of it fails like one of the sink
 * @throws ApiError
 */
export async function readPage(
  ask: () => Promise<Answer>,
  {
    settings,
    collection,
    sink,
    invalid,
    count,
  }: {
    readonly settings: ApiSettings;
    readonly collection: string;
    readonly sink: PageSink;
    readonly invalid: Transport["invalid"];
    readonly count: (answer: Answer, length: number) => void;
  },
): Promise<{ readonly answer: Answer; readonly taken: Taken }> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    try {
      const taken = await sink.add(answer.body);
      count(answer, taken.count);
      return { answer, taken };
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      if (error.fault === "json" && attempt < settings.retries) continue;
      throw invalid(`${settings.endpoint}/${collection}`, error, answer.status);
    }
  }
}

/** Some servers have no page after the last one. */
function isBeyond(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "http" && [400, 404, 416].includes(error.status ?? 0);
}

class Listing {
  readonly #tags = new PageTags();
  readonly #seams = new Seams();
  #found = 0;
  /** An answer has said that it is a part, by its status or by naming a next one. */
  #isPart = false;
  /** The total may be that of the page alone. */
  #isDoubted = true;
  /** It is said that there is a page after one that came. */
  #hasNext = false;
  #ignoresTotals = false;
  /** What still comes after a fault belongs to no list any more. */
  #abandoned = false;
  #first: Answer | undefined;
  #total: number | undefined;
  #isSorted: boolean;
  #sortRefused = false;
  /** When the newest record was changed; NaN if that is not known of one of them. */
  #newest = -Infinity;

  constructor(
    private readonly ask: (query: Readonly<Record<string, string>>) => Promise<Answer>,
    private readonly settings: ApiSettings,
    private readonly collection: string,
    private readonly sink: PageSink,
    private readonly options: ListOptions,
    private readonly invalid: Transport["invalid"],
  ) {
    // A list that comes in one piece needs no order.
    this.#isSorted = settings.paging.sorting && settings.paging.style !== "none" && (options.sorted ?? true);
  }

  /** @param first the first page, where it has come already */
  async run(first: Answer | undefined): Promise<Listed> {
    const { style } = this.settings.paging;
    this.#first = first;
    const length = await this.#take(0, 1, true);
    if (length > 0 && style !== "none") {
      if (this.#total === undefined) await this.#onward(length);
      else if (this.#found !== this.#total) await this.#rest(length, this.#total);
      else if (this.#isDoubted || this.#isPart || length === this.settings.paging.pageSize) await this.#beyond(length);
    }
    if (style === "none" && this.#hasNext) throw this.#incomplete("a part came, which names a next one");
    // Nothing at all ends a list only where pages came before.
    if (this.#isPart && this.#total === undefined && (style === "none" || length === 0))
      throw this.#incomplete("a part came (206), and no total is announced");
    if (this.#total !== undefined && this.#found !== this.#total) {
      throw this.#incomplete(`${this.#found} of ${this.#total} announced records came`);
    }
    return {
      unchanged: false,
      count: this.#found,
      known: this.#tags.known(this.#total),
      newest: this.#total !== undefined && Number.isFinite(this.#newest) ? this.#newest : undefined,
      sortRefused: this.#sortRefused,
    };
  }

  #incomplete(why: string): ApiError {
    return incomplete(this.settings, this.collection, why);
  }

  /** As many came as are announced in all; but that may be the count of the page: there must be none after it. */
  async #beyond(length: number): Promise<void> {
    const total = this.#total;
    this.#total = undefined;
    this.#ignoresTotals = true;
    try {
      await this.#onward(length);
    } catch (error) {
      if (!isBeyond(error) || this.#found !== total) throw error;
    }
    if (this.#found === total) this.#total = total;
  }

  /** The total is known: the remaining pages, several at once, each filled up where it comes back short. */
  async #rest(length: number, total: number): Promise<void> {
    if (this.settings.paging.style === "page") {
      const numbers = Array.from({ length: Math.ceil(total / length) - 1 }, (_, index) => index + 2);
      await this.#together(numbers, (number) => this.#take(0, number));
      return;
    }
    // A server may cap the page size: the length of the first page is the step.
    const shared = sharedBy(length);
    const step = length - shared;
    const starts: number[] = [];
    for (let start = step; start + shared < total; start += step) starts.push(start);
    await this.#together(starts, (offset) => this.#span(offset, Math.min(offset + length, total), shared));
  }

  /** Everything from one offset to another, however short the pages are. */
  async #span(from: number, to: number, shared: number): Promise<void> {
    let offset = from;
    for (;;) {
      const got = await this.#take(offset, 0);
      if (got <= shared) throw new Moved(`no record came at offset ${offset + got} of ${this.#total}`);
      offset += got;
      if (offset >= to) return;
      offset -= shared;
    }
  }

  /**
   * No total is announced: page after page, until one brings nothing new. A server that does not know paging sends
   * everything, and the same again; one that sends as much as was asked for, or says that it is a part, has more.
   */
  async #onward(length: number): Promise<void> {
    const shared = this.settings.paging.style === "offset" ? sharedBy(length) : 0;
    let offset = length - shared;
    for (let number = 2; ; number += 1) {
      const before = this.#found;
      const got = await this.#take(offset, number);
      if (got < shared) throw new Moved(`no record came at offset ${offset}, where one was`);
      if (got === shared) return;
      if (this.#found === before) {
        if (this.#isDoubted && (this.#isPart || length === this.settings.paging.pageSize))
          throw this.#incomplete("the same page came again, and no total is announced");
        return;
      }
      offset += got - shared;
    }
  }

  /** Twice as many as may be under way: while some are asked for, the sink takes the others. */
  async #together<T>(positions: readonly T[], take: (position: T) => Promise<unknown>): Promise<void> {
    const limit = pLimit(2 * this.settings.concurrency);
    try {
      await limit.map(positions, take);
    } catch (error) {
      this.#abandoned = true;
      limit.clearQueue();
      throw error;
    }
  }

  /** Fetches one page into the sink; answers how many records it held. */
  async #take(offset: number, number: number, first = false): Promise<number> {
    const { answer, taken } = await readPage(() => this.#page(offset, number, first), {
      settings: this.settings,
      collection: this.collection,
      sink: this.sink,
      invalid: this.invalid,
      count: (answer, length) => this.#count(answer, length, first),
    });
    this.#found += taken.fresh;
    if (taken.count > 0) this.#newest = Math.max(this.#newest, taken.times?.newest ?? NaN);
    this.#tags.add(this.#query(offset, number), answer.headers.get("etag"));
    this.options.onPage?.(this.#found, this.#total);
    this.#join(offset, taken);
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
    if (this.#abandoned) throw new Moved("the list was given up");
    return answer;
  }

  /** @throws Moved where the page does not fit to one that has come before */
  #join(offset: number, { count, fresh, ends }: Taken): void {
    // What brings nothing new is not the next page. Pages by number have no seam.
    if (ends === undefined || fresh === 0 || this.settings.paging.style !== "offset") return;
    const place = this.#seams.add(offset, count, ...ends);
    if (place !== undefined) throw new Moved(`another record came at offset ${place} than before`);
  }

  /** How many records there are in all, as an answer says. @throws PageError, Moved */
  #count({ headers, status }: Answer, length: number, first: boolean): void {
    if (status !== 200 && status !== 206) throw new PageError("shape", `a list is not answered by ${status}`);
    const { total, isCertain, hasNext } = announcedBy(headers, length);
    this.#isPart ||= status === 206 || hasNext;
    this.#hasNext ||= hasNext;
    if (first) {
      this.#total = total;
      this.#isDoubted = !isCertain;
    } else if (!this.#ignoresTotals && total !== undefined && total !== this.#total) {
      throw new Moved(`the total moved from ${this.#total ?? "unknown"} to ${total}`);
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
