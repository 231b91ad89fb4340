import { parseListHeaders, type ListMetadata } from "./list-headers.js";
import { isRefusedParameter, pageQuery, sharedBy, type ListOptions, type PageSink, type PageSummary } from "./list.js";
import { PageError } from "../errors/page-error.js";
import type { ApiSettings } from "../http/settings.js";
import type { Answer, Transport } from "../http/transport.js";

/** The state of a reader that has read the list before. */
export interface ChangesSince {
  /** Start time: records that changed at this time or later are read (milliseconds since the epoch). */
  readonly since: number;
  /** The latest `updatedAt` that the reader has read (milliseconds since the epoch). */
  readonly newest: number;
  /** The number of records that the reader has. */
  readonly count: number;
}

/** Why the changes of a list cannot be read, so that the whole list must be read. */
export type WhyNotChanges =
  /** The server rejects `sort=-updatedAt`. */
  | "refused"
  /** The records do not come in that order. */
  | "unordered"
  /** A record has no `updatedAt`. */
  | "undated"
  /** The server sends no total. */
  | "uncounted"
  /** The reader's records and the added ones do not add up to the total: records were removed. */
  | "removed"
  /** The newest record is older than one that was read before: that one was removed, or the response is outdated. */
  | "outdated"
  /** A page has fewer records than the server counts or than were requested. One that is missing may be the change. */
  | "short"
  /** The list changed while it was read. */
  | "moved";

/** The changes, or the reason why the reader must read the whole list. */
export type Changes =
  | {
      readonly isComplete: true;
      /** The total that the server sends. */
      readonly total: number;
      /** Records that were added or differ from those held. */
      readonly changed: number;
      /** When the newest record was changed (milliseconds since the epoch); undefined if the list is empty. */
      readonly newest: number | undefined;
    }
  | { readonly isComplete: false; readonly why: WhyNotChanges };

/**
 * Reads what changed in a list since a time: page after page, the latest changes first, until a record is older. [assumption 15]
 * The reader is up to date if its records and the added ones add up to the server's total.
 * @throws ApiError if a request fails. Other problems are in the result
 */
export async function listChanges(
  transport: Transport,
  settings: ApiSettings,
  collection: string,
  sink: PageSink,
  { since, newest: known, count: held, signal, onPage }: ChangesSince & Pick<ListOptions, "signal" | "onPage">,
): Promise<Changes> {
  const not = (why: WhyNotChanges): Changes => ({ isComplete: false, why });
  let total: number | undefined;
  let added = 0;
  let changed = 0;
  let newest: number | undefined;
  let oldest = Infinity;
  /** The record that the next page must begin with: the pages overlap by one. */
  let shared: string | undefined;
  for (let offset = 0; ;) {
    const query = { ...pageQuery(settings.paging, offset), sort: "-updatedAt" };
    const page = (): Promise<Answer> => transport.get([collection], { query, signal });
    let taken: PageSummary;
    let announced: ListMetadata;
    try {
      [taken, announced] = await transport.parse([collection], page, async ({ status, headers, body }) => {
        const taken = await sink.add(body);
        if (status !== 200 && status !== 206)
          throw new PageError("shape", `unexpected HTTP status ${status} for a list`);
        return [taken, parseListHeaders(headers, taken.count)];
      });
    } catch (error) {
      if (offset === 0 && isRefusedParameter(error)) return not("refused");
      throw error;
    }
    if (announced.total === undefined) return not("uncounted");
    if (total !== undefined && announced.total !== total) return not("moved");
    total = announced.total;
    added += taken.added;
    changed += taken.changed;
    if (taken.count === 0) {
      // The server sends a total but no record.
      if (offset < total) return not("moved");
      break;
    }
    // A server may return fewer records than requested, but then it must count them.
    const expected = announced.pageCount ?? Math.min(settings.paging.pageSize, total - offset);
    if (taken.count < expected) return not("short");
    const { times, firstAndLastId } = taken;
    if (times === undefined || firstAndLastId === undefined) return not("undated");
    if (!times.isDescending || times.newest > oldest) return not("unordered");
    if (shared !== undefined && firstAndLastId[0] !== shared) return not("moved");
    newest ??= times.newest;
    if (newest < known) return not("outdated");
    oldest = times.oldest;
    onPage?.(held + added, total);
    if (oldest < since || offset + taken.count >= total) break;
    const overlap = sharedBy(taken.count);
    shared = overlap > 0 ? firstAndLastId[1] : undefined;
    offset += taken.count - overlap;
  }
  return held + added === total ? { isComplete: true, total, changed, newest } : not("removed");
}
