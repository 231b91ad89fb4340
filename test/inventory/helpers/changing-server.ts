import type { ServerResponse } from "node:http";
import { CLOCK_SKEW } from "../../../provider/inventory/list-state";
import { json, startServer, type TestServer } from "../../helpers/server";

/** How a server differs from the API as its vendor describes it. */
export interface Variant {
  /** `sort=-updatedAt` (or `sort=id` with `id`) is refused, or ignored. */
  readonly sort?: "refused" | "ignored" | "id refused";
  readonly noTotal?: boolean;
  /** The server does not count the records of a page. */
  readonly noPageCount?: boolean;
  /** The first record of a page is missing, if it is sorted by `updatedAt`. */
  readonly dropsNewest?: boolean;
  readonly noUpdatedAt?: boolean;
  /** Records of a page at most. */
  readonly most?: number;
  /** The records with the same `updatedAt` come in another order at each request. */
  readonly shuffled?: boolean;
  /** Milliseconds that an answer takes. */
  readonly delay?: number;
}

/** A location, with what the tests look at. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: string;
}

/** One change of the server's data; `clock` says how far the clock is ahead of the slowest one, from 0 to 1 of what is allowed. */
export type Edit =
  | { readonly do: "add" | "change" | "remove" | "put back" | "replace"; readonly at: number; readonly clock: number }
  | { readonly do: "wait"; readonly milliseconds: number };

/** A server of locations that change, with a clock of its own. */
export class ChangingServer {
  readonly queries: string[] = [];
  /** Edits that happen before a request is answered, by its number from the last {@link forget} on. */
  during: readonly { readonly request: number; readonly edit: Edit }[] = [];
  #items: Item[] = [];
  #now = Date.now() - 30 * 24 * 60 * 60 * 1000;
  #made = 0;
  #server: TestServer | undefined;

  constructor(readonly variant: Variant = {}) {}

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** What its clock says (milliseconds since the epoch). */
  get now(): number {
    return this.#now;
  }

  get items(): readonly Item[] {
    return this.#items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async start(): Promise<this> {
    this.#server = await startServer((request, response) => {
      const url = new URL(request.url ?? "", "http://test");
      setTimeout(() => this.#answer(url, response), this.variant.delay ?? 0);
    });
    return this;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  /** Forgets the requests so far. */
  forget(): void {
    this.queries.length = 0;
    this.during = [];
  }

  edit(edit: Edit): void {
    if (edit.do === "wait") {
      this.#now += edit.milliseconds;
      return;
    }
    const place = this.#items.length === 0 ? undefined : Math.floor(edit.at * this.#items.length);
    const make = (id = `L${String(Math.floor(edit.at * 1e6))}-${this.#made}`): Item => ({
      id,
      name: `name ${(this.#made += 1)}`,
      updatedAt: new Date(this.#now + Math.round(edit.clock * CLOCK_SKEW)).toISOString(),
    });
    if (edit.do === "add" || place === undefined) {
      this.#items.push(make());
      return;
    }
    const { id } = this.#items[place] as Item;
    if (edit.do === "change") this.#items[place] = make(id);
    else this.#items.splice(place, 1);
    if (edit.do === "replace") this.#items.push(make());
    if (edit.do === "put back") this.#items.push(make(id));
  }

  #answer({ pathname, search, searchParams }: URL, response: ServerResponse): void {
    if (!pathname.endsWith("/locations")) return json(response, 404, { code: 60, message: "not found" });
    this.queries.push(search);
    for (const { request, edit } of this.during) if (request === this.queries.length) this.edit(edit);
    const { sort: support, noTotal, noUpdatedAt, noPageCount, dropsNewest, most = 250 } = this.variant;
    const sort = searchParams.get("sort");
    if ((support === "refused" && sort === "-updatedAt") || (support === "id refused" && sort === "id"))
      return json(response, 400, { code: 28, message: "invalid query parameter" });
    const sorted = support === "ignored" ? this.#items : this.#sorted(sort);
    const offset = Number(searchParams.get("offset"));
    const page = sorted.slice(offset, offset + Math.min(most, Number(searchParams.get("limit"))));
    const sent = dropsNewest && sort === "-updatedAt" ? page.slice(1) : page;
    json(response, 200, noUpdatedAt ? sent.map(({ updatedAt: _, ...item }) => item) : sent, {
      ...(noTotal ? {} : { "x-total-count": String(sorted.length) }),
      ...(noTotal || noPageCount ? {} : { "x-result-count": String(page.length) }),
    });
  }

  #sorted(sort: string | null): readonly Item[] {
    if (sort === "id") return this.items;
    if (sort !== "-updatedAt") return this.#items;
    const order = this.variant.shuffled && this.queries.length % 2 === 0 ? -1 : 1;
    return this.#items.toSorted(
      (a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || (a.id < b.id ? -order : order),
    );
  }
}
