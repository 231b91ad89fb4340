import { hintsFor } from "../inventory/hints.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { collections, type InventoryRecord, type Kind } from "../inventory/records.js";
import {
  RecordLookupError,
  type GetRecordArgs,
  type GetRecordsArgs,
  type RecordResult,
  type RecordsResult,
} from "./results.js";

/** How many matches an error lists. */
const listed = 10;

/** A record as it is handed out, without the kind, which is known to who asked; a field that it lacks is absent. */
export function toResult({ kind: _kind, ...result }: InventoryRecord): RecordResult {
  return result as RecordResult;
}

function describe(args: GetRecordArgs): string {
  const parts = Object.entries(args).filter(([, value]) => value !== undefined);
  return parts
    .map(([key, value]) => `${key} ${typeof value === "string" ? `"${value}"` : JSON.stringify(value)}`)
    .join(", ");
}

/**
 * The one record that the arguments name.
 * @param isSensitive what the caller did not name itself is not for messages
 * @throws RecordLookupError `not-found` with the nearest names or ids, or `ambiguous` with the ids that match; of what is sensitive with neither
 */
export function lookUpOne(
  inventory: InventoryReader,
  kind: Kind,
  args: GetRecordArgs,
  isSensitive = false,
): RecordResult {
  if (Object.values(args).every((value) => value === undefined)) {
    throw new RecordLookupError("not-found", kind, `a ${kind} needs an id, a name or filters to be found by`);
  }
  const { id, ...query } = args;
  const found =
    id === undefined ? inventory.list(kind, query) : [inventory.get(kind, id)].filter((record) => record !== undefined);
  const matches = id === undefined || Object.keys(query).length === 0 ? found : intersect(inventory, kind, id, query);
  const [record] = matches;
  if (record === undefined) throw notFound(inventory, kind, args, isSensitive);
  if (matches.length > 1) {
    const several = `${matches.length} ${collections[kind]} match ${describe(args)}`;
    const which = isSensitive
      ? "; narrow it down with more filters, or name one by its id"
      : `: ${listOf(matches)}; name one by its id`;
    throw new RecordLookupError("ambiguous", kind, several + which);
  }
  return toResult(record);
}

function listOf(matches: readonly InventoryRecord[]): string {
  const named = matches.slice(0, listed).map(({ id, name }) => `${id}${name ? ` (${name})` : ""}`);
  return named.join(", ") + (matches.length > listed ? ` and ${matches.length - listed} more` : "");
}

function intersect(
  inventory: InventoryReader,
  kind: Kind,
  id: string,
  query: Omit<GetRecordArgs, "id">,
): InventoryRecord[] {
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
  const slips = isSensitive ? [] : hintsFor(inventory, kind, args, 0).map((slip) => `; ${slip}`);
  const problem = `no ${kind} with ${describe(args)} in the inventory${hint}${slips.join("")}`;
  return new RecordLookupError("not-found", kind, problem);
}

function nearest(inventory: InventoryReader, kind: Kind, { id, name }: GetRecordArgs): string[] {
  if (id !== undefined) return inventory.nearest(kind, id, "id");
  return name === undefined ? [] : inventory.nearest(kind, name, "name");
}

/** All records that the arguments name, sorted by id. */
export function lookUpMany(inventory: InventoryReader, kind: Kind, args: GetRecordsArgs): RecordsResult {
  const records = inventory.list(kind, args).map(toResult);
  return { ids: records.map((record) => record.id), records, inventoryTime: inventory.info().syncedAt };
}
