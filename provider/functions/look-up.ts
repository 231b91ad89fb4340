import { suggestFixes } from "../inventory/query/suggestions.js";
import type { InventoryReader } from "../model/inventory-reader.js";
import { checkAtLeast } from "../inventory/query/query.js";
import { collections, countOf, type InventoryRecord, type Kind } from "../model/records.js";
import {
  RecordLookupError,
  type GetRecordArgs,
  type GetRecordsArgs,
  type RecordResult,
  type RecordsResult,
} from "./results.js";

/** Maximum number of matches in an error. */
const MAX_LISTED = 10;

/** A record as functions return it, without the kind, which the caller knows. Missing fields are absent. */
export function toResult<K extends Kind>({ kind: _kind, ...result }: InventoryRecord<K>): RecordResult<K> {
  return result as unknown as RecordResult<K>;
}

/** Returns the name of the function for a kind or for its collection. */
export function functionName(what: string): string {
  return `get${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

/** Returns whether an argument restricts the record. An empty list of filters does not. */
function asks(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function describe(args: object): string {
  const parts = Object.entries(args).filter(([, value]) => asks(value));
  return parts
    .map(([key, value]) => `${key} ${typeof value === "string" ? `"${value}"` : JSON.stringify(value)}`)
    .join(", ");
}

/**
 * Returns the one record that matches the arguments.
 * @param isSensitive whether messages may contain only texts of the arguments
 * @throws RecordLookupError `not-found` with the most similar names or ids, or `ambiguous` with the matching ids. Both without
 *   names and ids if records are sensitive
 */
export function lookUpOne<K extends Kind>(
  inventory: InventoryReader,
  kind: K,
  args: GetRecordArgs,
  isSensitive = false,
): RecordResult<K> {
  if (!Object.values(args).some(asks)) {
    throw new RecordLookupError("not-found", kind, `no ${kind} is selected: pass an id, a name or filters`);
  }
  const { id, ...query } = args;
  const found =
    id === undefined ? inventory.list(kind, query) : [inventory.get(kind, id)].filter((record) => record !== undefined);
  const matches = id === undefined || Object.keys(query).length === 0 ? found : intersect(inventory, kind, id, query);
  const [record] = matches;
  if (record === undefined) throw notFound(inventory, kind, args, isSensitive);
  if (matches.length > 1) {
    const several = `${matches.length} ${collections[kind]} match ${describe(args)}`;
    const which = isSensitive ? "; add filters, or pass an id" : `: ${listOf(matches)}; pass an id`;
    throw new RecordLookupError("ambiguous", kind, several + which);
  }
  return toResult(record);
}

function listOf(matches: readonly InventoryRecord[]): string {
  const named = matches.slice(0, MAX_LISTED).map(({ id, name }) => `${id}${name ? ` (${name})` : ""}`);
  return named.join(", ") + (matches.length > MAX_LISTED ? ` and ${matches.length - MAX_LISTED} more` : "");
}

function intersect<K extends Kind>(
  inventory: InventoryReader,
  kind: K,
  id: string,
  query: Omit<GetRecordArgs, "id">,
): InventoryRecord<K>[] {
  return inventory.list(kind, { ...query, filters: [...(query.filters ?? []), { name: "id", values: [id] }] });
}

function notFound(
  inventory: InventoryReader,
  kind: Kind,
  args: GetRecordArgs,
  isSensitive: boolean,
): RecordLookupError {
  const near = isSensitive ? [] : nearest(inventory, kind, args);
  const hint = near.length > 0 ? `; did you mean ${near.map((text) => `"${text}"`).join(", ")}?` : "";
  // The most similar names are already in the message.
  const slips = suggestFixes(inventory, kind, { ...args, name: undefined }, 0, isSensitive).map((slip) => `; ${slip}`);
  const problem = `no ${kind} with ${describe(args)} in the inventory${hint}${slips.join("")}`;
  return new RecordLookupError("not-found", kind, problem);
}

function nearest(inventory: InventoryReader, kind: Kind, { id, name }: GetRecordArgs): string[] {
  if (id !== undefined) return inventory.nearest(kind, id, "id");
  return name === undefined ? [] : inventory.nearest(kind, name, "name");
}

/** Records, and warnings for probable typos in the arguments. */
export interface LookedUp<K extends Kind> {
  readonly found: RecordsResult<K>;
  readonly hints: readonly string[];
}

/**
 * Returns all records that match the arguments, sorted by id.
 * @param isSensitive whether hints and errors may contain only texts of the arguments
 * @throws RecordLookupError `too-few` if there are fewer than `atLeast`
 * @throws QueryError if `atLeast` or `limit` is not possible
 */
export function lookUpMany<K extends Kind>(
  inventory: InventoryReader,
  kind: K,
  args: GetRecordsArgs,
  isSensitive = false,
): LookedUp<K> {
  const { atLeast = 0, ...query } = args;
  checkAtLeast(atLeast, query.limit);
  const records = inventory.list(kind, query).map(toResult);
  const hints = suggestFixes(inventory, kind, query, records.length, isSensitive);
  const { counts, syncedAt } = inventory.info();
  if (records.length < atLeast) {
    const asked = describe({ ...query, limit: undefined });
    const matching = `${records.length} of the ${counts[kind] ?? 0} in the inventory match ${asked}`;
    const found = asked === "" ? `the inventory has ${records.length}` : matching;
    const problem = `at least ${countOf(atLeast, kind)} ${atLeast === 1 ? "is" : "are"} required, and ${found}`;
    throw new RecordLookupError("too-few", kind, [problem, ...hints].join("; "));
  }
  return { found: { ids: records.map((record) => record.id), records, inventoryTime: syncedAt }, hints };
}
