import contract from "../../schemas/core-information.openapi.json";
import { MAX_PAGE_SIZE, type ApiSettings, type Paging } from "../api/http/settings.js";
import type { Transport } from "../api/http/transport.js";
import type { FieldMap } from "../model/field-map.js";
import { collections, kinds, type Kind } from "../model/records.js";
import { dottedNames } from "./fields.js";
import { readOpenApi, type ApiDescription, type ListDescription } from "./openapi.js";
import { isApiCatalogueError } from "./probe.js";
import { plainValueError } from "./plain-errors.js";
import type { Check, Proposal } from "./report.js";

/** The description that the client is built against. [spec] */
export const contractLists: ApiDescription["lists"] = readOpenApi(contract)?.lists ?? {};

/** Maximum number of names in a message. The rest is a count. */
const MAX_NAMES = 5;

/** Matches texts that may be shown. Others are only counted. */
const isName = /^-?[A-Za-z_$][\w.$[\]-]{0,63}$/;

/** Query parameters of a list that are not filters. */
const notFilters: ReadonlySet<string> = new Set(["sort", "fields", "displayLinks", "displayNulls"]);

/** The result of the comparison of `GET /doc` with the contract. */
export interface Described {
  readonly checks: readonly Check[];
  readonly proposals: readonly Proposal[];
  readonly lists: ApiDescription["lists"];
  /** Why the description could not be read. */
  readonly failure?: Error;
}

/** Reads the API's description and compares it with the contract and the settings. */
export async function examineDescription(
  transport: Transport,
  settings: ApiSettings,
  fieldMap: FieldMap,
): Promise<Described> {
  try {
    return compareDescription(await transport.getJson(["doc"]), settings, fieldMap);
  } catch (error) {
    if (isApiCatalogueError(error) && error.status === 404) return undescribed("no OpenAPI description");
    const failure = plainValueError(error);
    return { ...undescribed(`could not be read: ${failure.message}`), failure: failure };
  }
}

function undescribed(detail: string): Described {
  const next = "open it in a browser; nothing depends on it";
  const check: Check = { area: "description", name: "GET /doc", status: "unknown", detail, next };
  return { checks: [check], proposals: [], lists: {} };
}

function compareDescription(doc: unknown, { paging }: ApiSettings, fieldMap: FieldMap): Described {
  const live = readOpenApi(doc);
  if (!live) return undescribed("no OpenAPI description");
  const { version, lists } = live;
  const detail = `version ${version ?? "unknown"} (contract: ${contract.info.version})`;
  return {
    checks: [
      { area: "description", name: "GET /doc", status: "ok", detail },
      ...kinds.map((kind) => compareList(kind, lists[kind], paging, fieldMap)),
    ],
    proposals: [...proposeParameters(lists, paging), ...proposePageSize(lists, paging)],
    lists,
  };
}

function compareList(kind: Kind, live: ListDescription | undefined, paging: Paging, fieldMap: FieldMap): Check {
  const check = { area: "description", name: `/${collections[kind]}` } as const;
  if (!live) return { ...check, status: "warning", detail: "is not described", next: "check endpoint" };
  const known = contractLists[kind];
  const lacking = lackingOf(kind, live, paging, fieldMap);
  const [limit, expected] = [live, known].map((list) => list?.maxima.get(paging.limitParameter));
  const limits = `${paging.limitParameter} ${limit === undefined ? "without a maximum" : `at most ${limit}`}`;
  const detail = [
    ...(lacking.length > 0 ? [`does not have: ${lacking.join(", ")}`] : []),
    limit === expected ? limits : `${limits} (contract: ${expected ?? "no maximum"})`,
    difference("filters", filtersOf(live, paging), known && filtersOf(known, paging)),
    difference("sort values", live.sortValues, known?.sortValues),
    difference("fields", live.fields, known?.fields),
  ].join("; ");
  return lacking.length > 0 || limit !== expected
    ? { ...check, status: "warning", detail, next: "see the assumptions and the proposed settings" }
    : { ...check, status: "ok", detail };
}

/** Returns the filters of a list: each query parameter that has no other purpose. */
export function filtersOf({ parameters }: ListDescription, paging: Paging): string[] {
  const { limitParameter, offsetParameter } = paging;
  return parameters.filter((name) => name !== limitParameter && name !== offsetParameter && !notFilters.has(name));
}

/** Returns the parts of the contract that the client uses and the description lacks. */
function lackingOf(
  kind: Kind,
  live: ListDescription,
  { style, limitParameter, offsetParameter }: Paging,
  fieldMap: FieldMap,
): string[] {
  const known = contractLists[kind];
  const parameters = style === "none" ? [] : [limitParameter, offsetParameter];
  const orders = ["id", ...(kind === "account" ? [] : ["-updatedAt"])];
  const hasSort = live.parameters.includes("sort");
  const missingOrders = orders.filter(
    (order) => live.sortValues.length > 0 && known?.sortValues.includes(order) && !live.sortValues.includes(order),
  );
  const missingFields = Object.entries(fieldMap[kind]).flatMap(([field, candidates]) => {
    const paths = candidates.flatMap(dottedNames);
    const isLacking = (known?.fields ?? []).some((path) => paths.includes(path) && !live.fields.includes(path));
    return isLacking && live.fields.length > 0 && !paths.some((path) => live.fields.includes(path)) ? [field] : [];
  });
  return [
    ...parameters.filter((name) => !live.parameters.includes(name)).map((name) => `parameter ${name}`),
    ...(hasSort ? missingOrders.map((order) => `sort=${order}`) : ["parameter sort"]),
    ...(missingFields.length > 0 ? [`fields for ${missingFields.join(", ")}`] : []),
  ];
}

/** Describes the number of names, and their difference from the contract. */
function difference(what: string, live: readonly string[], known: readonly string[] = []): string {
  if (live.length === 0) return `no ${what} listed`;
  const more = live.filter((name) => !known.includes(name));
  const missing = known.filter((name) => !live.includes(name));
  const parts = [
    ...(more.length > 0 ? [`${more.length} not in the contract (${someOf(more)})`] : []),
    ...(missing.length > 0 ? [`${missing.length} of the contract missing (${someOf(missing)})`] : []),
  ];
  return `${live.length} ${what}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
}

function someOf(names: readonly string[]): string {
  const shown = names.filter((name) => isName.test(name)).slice(0, MAX_NAMES);
  const rest = names.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** Names of paging parameters in other APIs. */
const sizes = /^(limit|size|page_?size|per_?page|max_?results|count|top)$/i;
const offsets = /^(offset|start|skip|from)$/i;
const numbers = /^(page|page_?number|page_?index)$/i;

function proposeParameters(lists: ApiDescription["lists"], paging: Paging): Proposal[] {
  const names = [...new Set(Object.values(lists).flatMap(({ parameters }) => parameters))];
  const why = "as in GET /doc";
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name));
  const [size, offset, number] = [find(sizes), find(offsets), find(numbers)];
  const position = offset ?? number;
  const proposals: Proposal[] = [];
  if (size !== undefined && size !== paging.limitParameter && !names.includes(paging.limitParameter)) {
    proposals.push({ setting: "limitParameter", value: size, why });
  }
  if (position !== undefined && position !== paging.offsetParameter && !names.includes(paging.offsetParameter)) {
    proposals.push({ setting: "offsetParameter", value: position, why });
    const style = offset === undefined ? "page" : "offset";
    if (style !== paging.style) proposals.push({ setting: "pagingStyle", value: style, why });
  }
  return proposals;
}

/** Proposes the largest page that all lists allow, if pageSize exceeds it. Also proposes a larger one than the default, unless the user has set a smaller one. */
function proposePageSize(lists: ApiDescription["lists"], { style, limitParameter, pageSize }: Paging): Proposal[] {
  const maximum = documentedMaximum(lists, limitParameter);
  if (style === "none" || maximum === undefined) return [];
  const isBetter = maximum < pageSize || (maximum > pageSize && maximum > MAX_PAGE_SIZE && pageSize >= MAX_PAGE_SIZE);
  if (!isBetter) return [];
  return [{ setting: "pageSize", value: String(maximum), why: `GET /doc: a page has at most ${maximum} records` }];
}

/** Returns the largest page size that every list allows by its description; undefined if none has a maximum. */
export function documentedMaximum(lists: ApiDescription["lists"], limitParameter: string): number | undefined {
  const maxima = Object.values(lists).flatMap((list) =>
    [...list.maxima].filter(([name]) => name === limitParameter || sizes.test(name)).map(([, maximum]) => maximum),
  );
  return maxima.length > 0 ? Math.min(...maxima) : undefined;
}
