import { ApiError } from "../api/errors/errors.js";
import { MAX_PAGE_SIZE, type Paging } from "../api/http/settings.js";
import { refusalOf } from "../inventory/fetch.js";
import { collections } from "../model/records.js";
import type { ListProbe, LongPage, ReadList } from "./probe.js";
import { refreshCheck, refreshOutlook } from "./refresh.js";
import type { Check, Proposal } from "./report.js";

/** Reports whether a list can be read, calls to it that failed nevertheless, and whether its refreshes are incremental. */
export function listChecks(probe: ListProbe, paging: Paging): Check[] {
  const { kind, error } = probe;
  const name = `GET /${collections[kind]}`;
  if (error !== undefined) {
    const isAllowed = kind === "account" && refusalOf(error) !== undefined;
    return [errorCheck(name, error, isAllowed ? "warning" : "failed")];
  }
  const { revalidationFailure, byIdFailure, limitRefusal, latest } = probe;
  const { total, records } = probe.sample;
  const outlook = refreshOutlook(probe, paging);
  const limit = `${paging.limitParameter}=${Math.min(paging.pageSize, MAX_PAGE_SIZE)}`;
  return [
    { area: "service", name, status: "ok", detail: total === undefined ? "answered" : `${total} records` },
    ...(limitRefusal ? [errorCheck(`${name} with ${limit}`, limitRefusal)] : []),
    ...(isClamped(probe) ? [clampedCheck(`${name} with ${limit}`, records.length)] : []),
    ...(latest && "failure" in latest ? [errorCheck(`${name} with sort=-updatedAt`, latest.failure)] : []),
    ...(revalidationFailure ? [errorCheck(`${name} with If-None-Match`, revalidationFailure)] : []),
    ...(byIdFailure ? [errorCheck(`${name}/{id}`, byIdFailure)] : []),
    ...(outlook ? [refreshCheck(outlook)] : []),
  ];
}

/** Reports whether the API returns pages of more than 250 records, if the settings ask for them. */
export function longPageCheck(page: LongPage, { limitParameter, pageSize }: Paging): Check {
  const name = `GET /${collections[page.kind]} with ${limitParameter}=${pageSize}`;
  if ("refusal" in page) return { ...errorCheck(name, page.refusal), next: `set pageSize to ${MAX_PAGE_SIZE}` };
  if ("failure" in page) return errorCheck(name, page.failure);
  const { came, expected } = page;
  if (came > MAX_PAGE_SIZE) return { area: "service", name, status: "ok", detail: "accepted" };
  if (expected !== undefined && came < expected) return clampedCheck(name, came);
  const detail = `accepted; no list is long enough to show whether more than ${MAX_PAGE_SIZE} records are returned`;
  return { area: "service", name, status: "unknown", detail };
}

function clampedCheck(name: string, came: number): Check {
  const detail = `accepted, but only ${came} records are returned`;
  return { area: "service", name, status: "warning", detail, next: `set pageSize to ${came}` };
}

/** Returns whether the first page has fewer records than requested, although the list has more. */
export function isClamped({ sample, limit }: ReadList): boolean {
  const { length } = sample.records;
  return limit !== undefined && length > 0 && length < Math.min(limit, sample.total ?? 0);
}

/** Proposes the page size that the API returned when more was requested. */
export function proposePageSize(lists: readonly ReadList[], long: LongPage | undefined): Proposal[] {
  const sizes = lists.filter(isClamped).map(({ sample }) => sample.records.length);
  const isLongRefused = long !== undefined && "refusal" in long;
  const isLongClamped =
    long !== undefined && "came" in long && long.came < Math.min(long.expected ?? 0, MAX_PAGE_SIZE + 1);
  if (isLongRefused || isLongClamped) sizes.push(MAX_PAGE_SIZE);
  if (sizes.length === 0) return [];
  const value = Math.min(...sizes);
  return [
    {
      setting: "pageSize",
      value: String(value),
      why: `the API returns or accepts at most ${value} records per page`,
    },
  ];
}

export function errorCheck(name: string, error: Error, status: Check["status"] = "failed"): Check {
  const next = error instanceof ApiError ? error.hint : undefined;
  return { area: "service", name, status, detail: error.message, next };
}
