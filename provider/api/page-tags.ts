import type { Headers } from "node-fetch";
import pLimit from "p-limit";
import { announcedBy } from "./announced.js";
import { PageError } from "./page-error.js";
import type { Answer } from "./transport.js";

/** Pages that are asked about at once; the transport may let fewer through. */
const atOnce = 8;

/** The pages of a list that was read whole, by their ETags. */
export interface KnownList {
  readonly total: number;
  readonly pages: readonly { readonly query: Readonly<Record<string, string>>; readonly etag: string }[];
}

/** Gathers the ETags of a list's pages. [assumption 8]: the error catalogue has 412, so conditional requests may work. */
export class PageTags {
  readonly #pages: { query: Readonly<Record<string, string>>; etag: string }[] = [];
  #complete = true;

  add(query: Readonly<Record<string, string>>, etag: string | null): void {
    if (etag === null) this.#complete = false;
    else this.#pages.push({ query, etag });
  }

  /** What is known of the list; nothing where a page had no ETag or no total was announced. */
  known(total: number | undefined): KnownList | undefined {
    return this.#complete && total !== undefined ? { total, pages: this.#pages } : undefined;
  }
}

/** Whether a list is as it was; where it is not, perhaps its first page as it is now. */
export interface Revalidated {
  readonly unchanged: boolean;
  readonly first?: Answer;
}

/**
 * Is the list as it was? One short request a page asks. Only then is it taken to be: every page is answered by 304, and
 * each of these answers announces the same total, since a record that is new may stand on a page of its own.
 */
export async function revalidate(
  known: KnownList,
  ask: (query: Readonly<Record<string, string>>, ifNoneMatch: string) => Promise<Answer>,
): Promise<Revalidated> {
  const [first, ...rest] = known.pages;
  if (first === undefined) return { unchanged: false };
  const isSame = ({ status, headers }: Answer): boolean => status === 304 && isTotal(headers, known.total);
  // The first page is asked about alone: where it has changed the others need not be.
  const answer = await ask(first.query, first.etag);
  if (!isSame(answer)) return { unchanged: false, ...(answer.status === 304 ? {} : { first: answer }) };
  // A few at a time, and no more of them once one has changed.
  const limit = pLimit(atOnce);
  let unchanged = true;
  await limit.map(rest, async ({ query, etag }) => {
    if (unchanged && !isSame(await ask(query, etag))) unchanged = false;
  });
  return { unchanged };
}

function isTotal(headers: Headers, total: number): boolean {
  try {
    return announcedBy(headers, 0).total === total;
  } catch (error) {
    if (error instanceof PageError) return false;
    throw error;
  }
}
