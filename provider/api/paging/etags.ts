import type { Headers } from "node-fetch";
import pLimit from "p-limit";
import { parseListHeaders } from "./list-headers.js";
import { PageError } from "../errors/page-error.js";
import type { Answer } from "../http/transport.js";

/** Maximum number of pages that are checked concurrently. The transport may limit it further. */
const CONCURRENT_REQUESTS = 8;

/** The ETags of the pages of a complete list. */
export interface ListValidators {
  readonly total: number;
  readonly pages: readonly { readonly query: Readonly<Record<string, string>>; readonly etag: string }[];
}

/** Collects the ETags of a list's pages. [assumption 8]: the error catalogue has 412, so conditional requests may work. */
export class EtagCollector {
  readonly #pages: { query: Readonly<Record<string, string>>; etag: string }[] = [];
  #complete = true;

  add(query: Readonly<Record<string, string>>, etag: string | null): void {
    if (etag === null) this.#complete = false;
    else this.#pages.push({ query, etag });
  }

  /** Returns the validators of the list; undefined if a page had no ETag or the server sent no total. */
  validators(total: number | undefined): ListValidators | undefined {
    return this.#complete && total !== undefined ? { total, pages: this.#pages } : undefined;
  }
}

/** Whether a list is unchanged. If not, its first page may be included. */
export interface Revalidated {
  readonly unchanged: boolean;
  readonly first?: Answer;
}

/**
 * Checks with one short request per page whether the list is unchanged. It is if every response is a 304 with the same total. The
 * total matters because a new record may be on a page of its own.
 */
export async function revalidate(
  known: ListValidators,
  ask: (query: Readonly<Record<string, string>>, ifNoneMatch: string) => Promise<Answer>,
): Promise<Revalidated> {
  const [first, ...rest] = known.pages;
  if (first === undefined) return { unchanged: false };
  const isSame = ({ status, headers }: Answer): boolean => status === 304 && isTotal(headers, known.total);
  // Check the first page alone. If it has changed, the others need no check.
  const answer = await ask(first.query, first.etag);
  if (!isSame(answer)) return { unchanged: false, ...(answer.status === 304 ? {} : { first: answer }) };
  // Check a few at a time, and stop after the first change.
  const limit = pLimit(CONCURRENT_REQUESTS);
  let unchanged = true;
  await limit.map(rest, async ({ query, etag }) => {
    if (unchanged && !isSame(await ask(query, etag))) unchanged = false;
  });
  return { unchanged };
}

function isTotal(headers: Headers, total: number): boolean {
  try {
    return parseListHeaders(headers, 0).total === total;
  } catch (error) {
    if (error instanceof PageError) return false;
    throw error;
  }
}
