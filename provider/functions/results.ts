import type { Filter } from "../inventory/inventory.js";
import type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
} from "../inventory/attributes.generated.js";
import type { Kind, NamedFields } from "../inventory/records.js";

/** Names one record: by `id`, by `name`, or by `filters` (and `where`) that fit exactly one. */
export interface GetRecordArgs {
  /** The record's id. */
  id?: string | undefined;
  /** The record's exact name. */
  name?: string | undefined;
  /**
   * Any fields of the record: values are or-ed, filters and-ed, `*` is a wildcard; `country` takes names and codes of countries in
   * any case.
   */
  filters?: Filter[] | undefined;
  /** JMESPath over the record: named fields at the top, the record as it came in `attributes`. */
  where?: string | undefined;
  /** Only those at this location; an item that names only its service point is at that service point's location. */
  locationId?: string | undefined;
  /** Only those of this service point. */
  servicePointId?: string | undefined;
  /** Only those of this customer account. */
  accountId?: string | undefined;
}

/** Names any number of records; without arguments, all of the kind. */
export interface GetRecordsArgs extends Omit<GetRecordArgs, "id"> {
  /** The first so many by id. Default: all, never cut short. */
  limit?: number | undefined;
  /** Minimum number of records: fewer are an error that says why. Default 0: an empty list is a result. */
  atLeast?: number | undefined;
}

/** The named fields of a record; each is undefined if the record does not have it. */
export type RecordFields = { readonly [Field in keyof NamedFields]-?: string | undefined };

/** A location: its id, the named fields, and `attributes`. */
export interface LocationRecord extends RecordFields {
  /** The location's id. */
  readonly id: string;
  /** The location as the API sent it. */
  readonly attributes: LocationAttributes;
}

/** A service point: its id, the named fields, and `attributes`. */
export interface ServicePointRecord extends RecordFields {
  /** The service point's id. */
  readonly id: string;
  /** The service point as the API sent it. */
  readonly attributes: ServicePointAttributes;
}

/** A configuration item: its id, the named fields, and `attributes`. */
export interface ConfigurationItemRecord extends RecordFields {
  /** The configuration item's id. */
  readonly id: string;
  /** The configuration item as the API sent it. */
  readonly attributes: ConfigurationItemAttributes;
}

/** A customer account: its id, the named fields, and `attributes`. */
export interface AccountRecord extends RecordFields {
  /** The customer account's id. */
  readonly id: string;
  /** The customer account as the API sent it. */
  readonly attributes: AccountAttributes;
}

/** The records that the functions return, by kind. */
export interface RecordOf {
  readonly location: LocationRecord;
  readonly servicePoint: ServicePointRecord;
  readonly configurationItem: ConfigurationItemRecord;
  readonly account: AccountRecord;
}

/** A record of a kind; of any kind by default. */
export type RecordResult<K extends Kind = Kind> = RecordOf[K];

/** A list of records, sorted by id. */
export interface RecordsResult<K extends Kind = Kind> {
  /** The ids of the records. */
  readonly ids: string[];
  /** The records, sorted by id. */
  readonly records: RecordOf[K][];
  /** When the inventory was fetched (ISO 8601, UTC). */
  readonly inventoryTime: string;
}

/**
 * No record (`not-found`) or more than one (`ambiguous`) where one was asked for, fewer than `atLeast` (`too-few`), or none in an
 * inventory that is too old to tell that it is gone (`too-old`).
 */
export class RecordLookupError extends Error {
  override readonly name = "RecordLookupError";
  constructor(
    readonly code: "not-found" | "ambiguous" | "too-few" | "too-old",
    readonly kind: Kind,
    message: string,
  ) {
    super(message);
  }
}
