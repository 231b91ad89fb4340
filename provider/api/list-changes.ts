import { announcedBy } from "./announced.js";
import { isRefusedParameter, pageQuery, readPage, sharedBy, type ListOptions, type PageSink } from "./list.js";
import { PageError } from "./page-error.js";
import type { ApiSettings } from "./settings.js";
import type { Answer, Transport } from "./transport.js";

/** What a reader knows of a list that it has read before. */
export interface ChangesSince {
  /** Records changed at this time or later are read (milliseconds since the epoch). */
  readonly since: number;
  /** The latest `updatedAt` that the reader has read (milliseconds since the epoch). */
  readonly newest: number;
  /** How many records the reader holds. */
  readonly count: number;
}

/** Why the changes of a list cannot be read; then the whole list must be. */
export type WhyNotChanges =
  /** The server refuses `sort=-updatedAt`. */
  | "refused"
  /** The records do not come in that order. */
  | "unordered"
  /** A record has no `updatedAt`. */
  | "undated"
  /** No total is announced. */
  | "uncounted"
  /** The records held and those added are not as many as the server has: some were removed. */
  | "removed"
  /** The newest record is older than one that was read before: that one was removed, or the answer is out of date. */
  | "outdated"
  /** The list changed while it was read. */
  | "moved";

/** Changes that bring the reader up to date, or the reason why it must read the whole list. */
export type Changes =
  | {
      readonly isComplete: true;
      /** Records in all, as the server says. */
      readonly total: number;
      /** Records that were added or differ from those held. */
      readonly changed: number;
      /** When the newest record was changed (milliseconds since the epoch); undefined if the list is empty. */
      readonly newest: number | undefined;
    }
  | { readonly isComplete: false; readonly why: WhyNotChanges };

/**
 * Reads what changed in a list since a time: page after page, the latest changes first, until a record is older. [assumption 15]
 * The reader is up to date if the records that it holds and those that were added are as many as the server announces.
 * @throws ApiError if the server cannot be asked; what it answers otherwise is in the result
 */
export async function listChanges(
  transport: Transport,
  settings: ApiSettings,
  collection: string,
  sink: PageSink,
  { since, newest: known, count: held, signal, onPage }: ChangesSince & Pick<ListOptions, "signal" | "onPage">,
): Promise<Changes> {
  const invalid: Transport["invalid"] = (...fault) => transport.invalid(...fault);
  const not = (why: WhyNotChanges): Changes => ({ isComplete: false, why });
  let total: number | undefined;
  let added = 0;
  let changed = 0;
  let newest: number | undefined;
  let oldest = Infinity;
  /** The record that the next page must begin with: the pages overlap by one. */
  let shared: string | undefined;
  for (let offset = 0; ;) {
    let announced: number | undefined;
    const query = { ...pageQuery(settings.paging, offset), sort: "-updatedAt" };
    const count = ({ status, headers }: Answer, length: number): void => {
      if (status !== 200 && status !== 206) throw new PageError("shape", `a list is not answered by ${status}`);
      announced = announcedBy(headers, length).total;
    };
    let page: Awaited<ReturnType<typeof readPage>>;
    try {
      page = await readPage(() => transport.get([collection], { query, signal }), {
        settings,
        collection,
        sink,
        invalid,
        count,
      });
    } catch (error) {
      if (offset === 0 && isRefusedParameter(error)) return not("refused");
      throw error;
    }
    const { taken } = page;
    if (announced === undefined) return not("uncounted");
    if (total !== undefined && announced !== total) return not("moved");
    total = announced;
    added += taken.added;
    changed += taken.changed;
    if (taken.count === 0) {
      // No record comes where the server announces one.
      if (offset < total) return not("moved");
      break;
    }
    const { times, ends } = taken;
    if (times === undefined || ends === undefined) return not("undated");
    if (!times.isDescending || times.newest > oldest) return not("unordered");
    if (shared !== undefined && ends[0] !== shared) return not("moved");
    newest ??= times.newest;
    if (newest < known) return not("outdated");
    oldest = times.oldest;
    onPage?.(held + added, total);
    if (oldest < since || offset + taken.count >= total) break;
    const overlap = sharedBy(taken.count);
    shared = overlap > 0 ? ends[1] : undefined;
    offset += taken.count - overlap;
  }
  return held + added === total ? { isComplete: true, total, changed, newest } : not("removed");
}
