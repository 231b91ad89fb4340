import { UserError } from "../platform/user-error.js";
import type { InventoryRecord, Kind } from "./records.js";

/** The origin, the age and the size of an inventory. */
export interface InventoryInfo {
  /** The endpoint that the records come from. */
  readonly endpoint: string;
  /** When the oldest of the kinds held was fetched (ISO 8601, UTC). */
  readonly syncedAt: string;
  /** The number of records of each kind held; a kind that was not loaded is absent. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  /** Why the inventory is older than `maxAge`: the API was not available. Absent if it is up to date. */
  readonly staleReason?: string;
}

/** A condition on a field of a record. */
export interface Filter {
  /** A named field, or a dotted path into the API's record. */
  readonly name: string;
  /**
   * Values of which one must match; `*` matches any text. For `country`, a name or code of a country in any case matches each
   * spelling of that country.
   */
  readonly values: readonly string[];
}

/** Conditions on a list; all of them must hold. */
export interface Query {
  readonly filters?: readonly Filter[] | undefined;
  /** JMESPath over the record: named fields at the top level, the API's record in `attributes`. */
  readonly where?: string | undefined;
  readonly name?: string | undefined;
  readonly locationId?: string | undefined;
  readonly servicePointId?: string | undefined;
  readonly accountId?: string | undefined;
  /** Maximum number of records, ordered by id. Default: all. */
  readonly limit?: number | undefined;
  /**
   * Fields to read beside the id: named fields such as `status`, and fields of the API's record,
   * such as `attributes.vendor`. Others may be omitted, which makes reading a whole kind faster. Default: all.
   */
  readonly fields?: readonly string[] | undefined;
}

/** The account cannot read the kind, or the kind was not loaded. */
export class KindUnavailableError extends UserError {
  override readonly name = "KindUnavailableError";
  override get title(): string {
    return "The inventory does not have this kind of record";
  }
}

/** Read access to the inventory, for the data sources, the rules and the report. */
export interface InventoryReader {
  info(): InventoryInfo;
  /** @throws KindUnavailableError, as do `list` and `nearest` */
  get<K extends Kind>(kind: K, id: string): InventoryRecord<K> | undefined;
  /** Returns all matching records, sorted by id. */
  list<K extends Kind>(kind: K, query?: Query): InventoryRecord<K>[];
  /** Returns the ids (`by: "id"`) or names that are most similar to a text, for suggestions. Default of `count`: 3. */
  nearest(kind: Kind, text: string, by: "id" | "name", count?: number): string[];
}
