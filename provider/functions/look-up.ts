import { hintsFor } from "../inventory/hints.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { checkAtLeast } from "../inventory/query.js";
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
export function toResult<K extends Kind>({ kind: _kind, ...result }: InventoryRecord<K>): RecordResult<K> {
  return result as unknown as RecordResult<K>;
}

/** What the function for a kind, or for its collection, is called. */
export function functionName(what: string): string {
  return `get${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

/** Does an argument say anything of the record? An empty list of filters does not. */
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
 * The one record that the arguments name.
 * @param isSensitive what the caller did not name itself is not for messages
 * @throws RecordLookupError `not-found` with the nearest names or ids, or `ambiguous` with the ids that match; of what is sensitive with neither
 */
export function lookUpOne<K extends Kind>(
  inventory: InventoryReader,
  kind: K,
  args: GetRecordArgs,
  isSensitive = false,
): RecordResult<K> {
  if (!Object.values(args).some(asks)) {
    throw new RecordLookupError("not-found", kind, `an id, a name or filters must say which ${kind} is meant`);
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
  // The nearest names are there already.
  const slips = hintsFor(inventory, kind, { ...args, name: undefined }, 0, isSensitive).map((slip) => `; ${slip}`);
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
 * Returns all records that the arguments name, sorted by id.
 * @param isSensitive whether hints and errors may name nothing that the arguments do not name
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
  const hints = hintsFor(inventory, kind, query, records.length, isSensitive);
  const { counts, syncedAt } = inventory.info();
  if (records.length < atLeast) {
    const asked = describe({ ...query, limit: undefined });
    const matching = `${records.length} of the ${counts[kind] ?? 0} in the inventory match ${asked}`;
    const found = asked === "" ? `the inventory has ${records.length}` : matching;
    const problem = `at least ${atLeast} ${collections[kind]} are required, and ${found}`;
    throw new RecordLookupError("too-few", kind, [problem, ...hints].join("; "));
  }
  return { found: { ids: records.map((record) => record.id), records, inventoryTime: syncedAt }, hints };
}
