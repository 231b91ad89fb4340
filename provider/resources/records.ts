import type { KeyComparator } from "../model/keys/index.js";
import type { AttributesOf, Kind, NamedFields } from "../model/records.js";

/** Arguments of every tracked record. It names its record by its id, or by a field with `by` and `value`. */
export interface TrackArgs {
  /** The field that has `value` in one record only: a named field, or the path of a field in the API's record. */
  by?: string | undefined;
  /** The value of the field `by`. Several records with the value, or none, are an error. */
  value?: string | undefined;
  /** How `value` is compared with the field: `equals` (default), `ignore-case`, `trimmed`, `ip` or `mac`. */
  as?: KeyComparator | undefined;
  /** Fields to compare: named fields, or fields at the top of the record. Default: all named fields except `updatedAt`. */
  track?: string[] | undefined;
}

/** Arguments of a tracked configuration item. */
export interface ConfigurationItemArgs extends TrackArgs {
  /** The id of the configuration item. Required without `by`. */
  configurationItemId?: string | undefined;
}

/** Arguments of a tracked location. */
export interface LocationArgs extends TrackArgs {
  /** The id of the location. Required without `by`. */
  locationId?: string | undefined;
}

/** Arguments of a tracked service point. */
export interface ServicePointArgs extends TrackArgs {
  /** The id of the service point. Required without `by`. */
  servicePointId?: string | undefined;
}

/** State of every tracked record. A field is absent if the record does not have it, or if `track` does not name it. */
interface Tracked<K extends Kind> extends TrackArgs {
  /** Fields in `track` that are not named fields, as the API sent them. */
  readonly attributes?: AttributesOf[K];
}

/** State of a tracked configuration item. */
export interface ConfigurationItemState extends ConfigurationItemArgs, Tracked<"configurationItem">, NamedFields {
  /** The id of the configuration item. */
  configurationItemId: string;
}

/** State of a tracked location. */
export interface LocationState
  extends LocationArgs, Tracked<"location">, Omit<NamedFields, "locationId" | "servicePointId"> {
  /** The id of the location. */
  locationId: string;
}

/** State of a tracked service point. */
export interface ServicePointState
  extends ServicePointArgs, Tracked<"servicePoint">, Omit<NamedFields, "servicePointId"> {
  /** The id of the service point. */
  servicePointId: string;
}
