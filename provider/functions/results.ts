import { UserError } from "../platform/user-error.js";
import type { Filter } from "../model/inventory-reader.js";
import type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
} from "../model/attributes.generated.js";
import type { Kind, NamedFields } from "../model/records.js";

/** Arguments that select one record. At least one argument is required, and exactly one record must match. */
export interface GetRecordArgs {
  /** Id of the record. */
  id?: string | undefined;
  /** Exact name of the record. */
  name?: string | undefined;
  /**
   * Filters on fields of the record. All filters must match, and of each filter at least one value. `*` is a wildcard. `country`
   * accepts names and codes of countries in any case.
   */
  filters?: Filter[] | undefined;
  /** JMESPath expression that must be true. Named fields are at the top, the record as the API sent it is in `attributes`. */
  where?: string | undefined;
  /** Id of the location. An item that names only its service point belongs to the location of that service point. */
  locationId?: string | undefined;
  /** Id of the service point. */
  servicePointId?: string | undefined;
  /** Id of the customer account. */
  accountId?: string | undefined;
}

/** Arguments that select a list of records. Default: all records of the kind. */
export interface GetRecordsArgs extends Omit<GetRecordArgs, "id"> {
  /** Maximum number of records, ordered by id. Default: all. */
  limit?: number | undefined;
  /** Minimum number of records. Fewer are an error that says why. Default: 0. */
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
 * Error of a look-up. `code` is `not-found` (no record matches), `ambiguous` (several records match), `too-few` (fewer than
 * `atLeast`) or `too-old` (a refresh does not find the record in an inventory that is too old to prove that it was removed).
 */
export class RecordLookupError extends UserError {
  override readonly name = "RecordLookupError";
  constructor(
    readonly code: "not-found" | "ambiguous" | "too-few" | "too-old",
    readonly kind: Kind,
    message: string,
  ) {
    super(message);
  }
  override get title(): string {
    return this.code === "too-few" ? "Fewer records than required were found" : "Not exactly one record was found";
  }
  override get quotesInput(): boolean {
    return true;
  }
}
