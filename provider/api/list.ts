import pLimit from "p-limit";
import { z } from "zod";
import type { Attributes } from "../inventory/records.js";
import { ApiError } from "./errors.js";
import type { ApiSettings } from "./settings.js";
import type { Answer, Transport } from "./transport.js";

/** How often a list is begun again when its total moves while it is paged. */
const restarts = 3;

const recordSchema = z.looseObject({ id: z.union([z.string().min(1), z.number()]) });

/** Told after each page: records so far, and the total where it is announced. */
export type OnPage = (count: number, total: number | undefined) => void;

interface Page {
  readonly records: readonly Attributes[];
  readonly total: number | undefined;
}

/** The list changed while it was read. */
class Moved extends Error {}

/**
 * A whole list: the unique ids gathered equal the total announced, or it is an error.
 * @throws ApiError, `incomplete` where the list does not settle or ends early
 */
export async function listAll(
  transport: Transport,
  settings: ApiSettings,
  collection: string,
  parameters: Record<string, string>,
  signal?: AbortSignal,
  onPage?: OnPage,
): Promise<Attributes[]> {
  let moved: Moved | undefined;
  for (let attempt = 0; attempt <= restarts; attempt += 1) {
    try {
      return await new Listing(transport, settings, collection, parameters, signal, onPage).run();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      moved = error;
    }
  }
  throw incomplete(settings, collection, `${moved?.message ?? "it moved"}; begun again ${restarts} times`);
}

function incomplete(settings: ApiSettings, collection: string, why: string): ApiError {
  return new ApiError({
    reason: "incomplete",
    method: "GET",
    url: `${settings.endpoint}/${collection}`,
    summary: `the list is not complete: ${why}`,
    hint: "try again later; if it stays, check pagingStyle, limitParameter, offsetParameter and pageSize",
  });
}

class Listing {
  readonly #found = new Map<string, Attributes>();
  #total: number | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly settings: ApiSettings,
    private readonly collection: string,
    private readonly parameters: Record<string, string>,
    private readonly signal: AbortSignal | undefined,
    private readonly onPage: OnPage | undefined,
  ) {}

  async run(): Promise<Attributes[]> {
    const { paging } = this.settings;
    const first = await this.#page(0, 1);
    this.#total = first.total;
    this.#add(first);
    const length = first.records.length;
    const more = length > 0 && this.#found.size !== this.#total;
    if (more && paging.style !== "none") {
      if (this.#total !== undefined) await this.#rest(length, this.#total);
      else await this.#onward(length);
    }
    if (this.#total !== undefined && this.#found.size !== this.#total) {
      throw incomplete(this.settings, this.collection, `${this.#found.size} of ${this.#total} announced records came`);
    }
    return [...this.#found.values()];
  }

  /** The total is known: the remaining pages, several at once, each filled up where it comes back short. */
  async #rest(length: number, total: number): Promise<void> {
    if (this.settings.paging.style === "page") {
      const numbers: number[] = [];
      for (let number = 2; (number - 1) * length < total; number += 1) numbers.push(number);
      await this.#together(numbers.map((number) => () => this.#take(0, number)));
      return;
    }
    // A server may cap the page size: the length of the first page is the step.
    const starts: number[] = [];
    for (let offset = length; offset < total; offset += length) starts.push(offset);
    await this.#together(starts.map((offset) => () => this.#span(offset, Math.min(offset + length, total))));
  }

  /** Everything from one offset to another, however short the pages are. */
  async #span(from: number, to: number): Promise<void> {
    let offset = from;
    while (offset < to) {
      const got = await this.#take(offset, 0);
      if (got === 0) throw new Moved(`no record came at offset ${offset} of ${this.#total}`);
      offset += got;
    }
  }

  /** No total is announced: page after page, until one is empty or brings nothing new. */
  async #onward(length: number): Promise<void> {
    let offset = length;
    for (let number = 2; ; number += 1) {
      const before = this.#found.size;
      const got = await this.#take(offset, number);
      if (got === 0 || this.#found.size === before) return;
      offset += got;
    }
  }

  async #together(jobs: readonly (() => Promise<unknown>)[]): Promise<void> {
    const limit = pLimit(this.settings.concurrency);
    try {
      await Promise.all(jobs.map((job) => limit(job)));
    } catch (error) {
      limit.clearQueue();
      throw error;
    }
  }

  /** Fetches one page into the list; answers how many records it held. */
  async #take(offset: number, number: number): Promise<number> {
    const page = await this.#page(offset, number);
    if (page.total !== undefined && page.total !== this.#total) {
      throw new Moved(`the total moved from ${this.#total ?? "unknown"} to ${page.total}`);
    }
    this.#add(page);
    return page.records.length;
  }

  #add(page: Page): void {
    for (const record of page.records) this.#found.set(String(record["id"]), record);
    this.onPage?.(this.#found.size, this.#total);
  }

  async #page(offset: number, number: number): Promise<Page> {
    const { style, limitParameter, offsetParameter, pageSize } = this.settings.paging;
    const position =
      style === "none"
        ? {}
        : { [limitParameter]: String(pageSize), [offsetParameter]: String(style === "page" ? number : offset) };
    const answer = await this.transport.get([this.collection], { ...this.parameters, ...position }, this.signal);
    return { records: this.#records(answer), total: announced(answer) };
  }

  #records(answer: Answer): Attributes[] {
    if (!Array.isArray(answer.body)) throw this.#invalid("the answer is not an array");
    return answer.body.map((entry: unknown, index) => {
      const result = recordSchema.safeParse(entry);
      if (!result.success) throw this.#invalid(`record ${index} of a page is not an object with an id`);
      return entry as Attributes;
    });
  }

  #invalid(summary: string): ApiError {
    const { endpoint } = this.settings;
    const hint = "this is not the list that the API describes; check endpoint";
    return new ApiError({ reason: "invalid", method: "GET", url: `${endpoint}/${this.collection}`, summary, hint });
  }
}

/** The vendor's own sample swaps the two headers on this API: the larger is the total. [vendor] */
function announced({ headers }: Answer): number | undefined {
  const numbers = ["x-total-count", "x-result-count"]
    .map((name) => headers.get(name))
    .filter((text) => text !== null && /^\d+$/.test(text.trim()))
    .map(Number);
  // One header alone may be the count of this page only, which says nothing about the whole.
  const both = headers.get("x-total-count") !== null;
  return both && numbers.length > 0 ? Math.max(...numbers) : undefined;
}
