import type { ApiError } from "../api/errors.js";
import { missingId } from "../api/missing-id.js";
import { PageError } from "../api/page-error.js";
import { announcedBy } from "../api/announced.js";
import { idOf, parsePage } from "../api/page.js";
import type { ApiSettings } from "../api/settings.js";
import type { Answer, Transport } from "../api/transport.js";
import { collections, type Attributes, type Kind } from "../inventory/records.js";
import { isOwnAnswer } from "./own-answer.js";
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
  /** What If-None-Match was answered with; absent where there was no ETag, and where the API has not answered. */
  readonly revalidated?: number;
  /** Why a call with If-None-Match failed. */
  readonly revalidationFault?: Error;
  /** Whether the first record was found by its id; absent where there is none, and where the API has not answered. */
  readonly byId?: boolean;
  /** Why a call for the first record failed, with nothing of the record in its message. */
  readonly byIdFault?: Error;
}

/**
 * What the id of no record was answered with: an error of the API's own, or something that is no error. Where the API has not
 * answered: why.
 */
export type MissingProbe = { readonly error: ApiError } | { readonly came: string } | { readonly fault: Error };

/** Tests the assumptions about a list, among them its order [assumption 15] [assumption 16]. */
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
    return {
      kind,
      first,
      ...(second ? { second } : {}),
      sample,
      ...(etag === null ? {} : await revalidate(() => ask(2, 0, etag))),
      ...(sample[0] === undefined ? {} : await find(transport, path, sample[0])),
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

async function revalidate(ask: () => Promise<Page>): Promise<Pick<ListProbe, "revalidated" | "revalidationFault">> {
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
  path: readonly string[],
  { id }: Attributes,
): Promise<Pick<ListProbe, "byId" | "byIdFault">> {
  try {
    const found = (await transport.getJson([...path, String(id)])) as Attributes | null;
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
