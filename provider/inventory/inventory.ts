import type { InventoryRecord, Kind } from "./records.js";

/** When the records were fetched, and how many there are. */
export interface InventoryInfo {
  /** The endpoint the records came from. */
  readonly endpoint: string;
  /** When the oldest of the kinds held was fetched (ISO 8601, UTC). */
  readonly syncedAt: string;
  /** The number of records of each kind held; a kind that was not loaded is absent. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  /** Why it is older than was asked for: the API could not be had. Absent where it is as young as it should be. */
  readonly stale?: string;
}

/** A condition on a field of a record. */
export interface Filter {
  /** A named field, or a dotted path into the record as it came. */
  readonly name: string;
  /**
   * Values of which one must fit; `*` stands for any text. For `country`, a name or code of a country in any case fits each
   * spelling of that country.
   */
  readonly values: readonly string[];
}

/** Conditions on a list; all of them must hold. */
export interface Query {
  readonly filters?: readonly Filter[] | undefined;
  /** JMESPath over the record: named fields at the top, the record as it came in `attributes`. */
  readonly where?: string | undefined;
  readonly name?: string | undefined;
  readonly locationId?: string | undefined;
  readonly servicePointId?: string | undefined;
  readonly accountId?: string | undefined;
  /** Only where asked for: the first so many by id. */
  readonly limit?: number | undefined;
  /**
   * What is wanted of each record beside its id: named fields such as `status`, and fields of the record as it came,
   * such as `attributes.vendor`. All else may be left out, which makes reading a whole kind faster. Default: everything.
   */
  readonly fields?: readonly string[] | undefined;
}

/** A kind that this account cannot read, or that was not loaded. */
export class KindUnavailableError extends Error {
  override readonly name = "KindUnavailableError";
}

/** Read access to the inventory: what the data sources, the rules and the report look things up in. */
export interface InventoryReader {
  info(): InventoryInfo;
  /** @throws KindUnavailableError, as do `list` and `nearest` */
  get<K extends Kind>(kind: K, id: string): InventoryRecord<K> | undefined;
  /** All matching records, sorted by id. */
  list<K extends Kind>(kind: K, query?: Query): InventoryRecord<K>[];
  /** The ids (`by: "id"`) or names nearest to a text, for suggestions; at most `count` (3). */
  nearest(kind: Kind, text: string, by: "id" | "name", count?: number): string[];
}
