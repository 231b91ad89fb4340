import { ApiError } from "../api/errors.js";
import { missingId } from "../api/missing-id.js";
import { PageError } from "../api/page-error.js";
import { announcedBy } from "../api/announced.js";
import { parsePage } from "../api/page.js";
import type { ApiSettings } from "../api/settings.js";
import type { Answer, Transport } from "../api/transport.js";
import { collections, type Attributes, type Kind } from "../inventory/records.js";
import { plainListError, plainPageError, plainRecordError } from "./plain-fault.js";

/** What a page of a list showed. */
export interface Page {
  readonly records: readonly Attributes[];
  readonly headers: Answer["headers"];
  readonly status: number;
}

/** What a few calls to one list showed; `error` where it could not be read, with nothing of a record in its message. */
export interface ListProbe {
  readonly kind: Kind;
  readonly error?: ApiError | Error;
  /** Asked for two records, from the first on. */
  readonly first?: Page;
  /** Asked for two records, from the second on. */
  readonly second?: Page;
  /** As many as one page brings. */
  readonly sample?: readonly Attributes[];
  /** What If-None-Match was answered with; absent where there was no ETag. */
  readonly revalidated?: number;
  /** Whether the first record was found by its id; absent where there is none. */
  readonly byId?: boolean;
}

/** Asks a list what the client assumes of it. */
export async function probeList(transport: Transport, settings: ApiSettings, kind: Kind): Promise<ListProbe> {
  const { style, limitParameter, offsetParameter, pageSize } = settings.paging;
  const path = [collections[kind]];
  const ask = async (limit: number, place: number, ifNoneMatch?: string): Promise<Page> => {
    const query =
      style === "none"
        ? {}
        : { [limitParameter]: String(limit), [offsetParameter]: String(style === "page" ? place + 1 : place) };
    const answer = await transport.get(path, { query, ifNoneMatch });
    const { headers, status } = answer;
    return { headers, status, records: status === 304 ? [] : read(answer) };
  };
  try {
    const first = await ask(2, 0);
    const second = style === "none" ? undefined : await ask(2, 1);
    const { records: sample } = await ask(Math.min(pageSize, 200), 0);
    const etag = first.headers.get("etag");
    const revalidated = etag === null ? undefined : (await ask(2, 0, etag)).status;
    const byId =
      sample[0] === undefined ? undefined : await isFound(transport, [...path, String(sample[0]["id"])], sample[0]);
    return {
      kind,
      first,
      ...(second ? { second } : {}),
      sample,
      ...(revalidated === undefined ? {} : { revalidated }),
      ...(byId === undefined ? {} : { byId }),
    };
  } catch (error) {
    return { kind, error: plainListError(error) };
  }
}

function read(answer: Answer): Attributes[] {
  try {
    // One that cannot be read is an error to whoever reads the list.
    announcedBy(answer.headers, 0);
    return parsePage(answer.body);
  } catch (error) {
    throw error instanceof PageError ? plainPageError(error, answer) : error;
  }
}

async function isFound(transport: Transport, path: readonly string[], record: Attributes): Promise<boolean> {
  try {
    const found = (await transport.getJson(path)) as Attributes | null;
    return String(found?.["id"]) === String(record["id"]);
  } catch (error) {
    if (error instanceof ApiError && error.status !== undefined && error.status < 500) return false;
    throw plainRecordError(error);
  }
}

/** What the API answers to the id of no record. */
export async function probeMissing(transport: Transport): Promise<ApiError | undefined> {
  try {
    await transport.get([collections.location, missingId]);
    return undefined;
  } catch (error) {
    return error instanceof ApiError ? error : undefined;
  }
}
