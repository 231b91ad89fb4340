import type { AttributesOf, Kind, NamedFields } from "../model/records.js";

/** Arguments of every tracked record. */
export interface TrackArgs {
  /** Fields to compare: named fields, or fields at the top of the record. Default: all named fields except `updatedAt`. */
  track?: string[] | undefined;
}

/** Arguments of a tracked configuration item. */
export interface ConfigurationItemArgs extends TrackArgs {
  /** The id of the configuration item. */
  configurationItemId: string;
}

/** Arguments of a tracked location. */
export interface LocationArgs extends TrackArgs {
  /** The id of the location. */
  locationId: string;
}

/** Arguments of a tracked service point. */
export interface ServicePointArgs extends TrackArgs {
  /** The id of the service point. */
  servicePointId: string;
}

/** State of every tracked record. A field is absent if the record does not have it, or if `track` does not name it. */
interface Tracked<K extends Kind> extends TrackArgs {
  /** Fields in `track` that are not named fields, as the API sent them. */
  readonly attributes?: AttributesOf[K];
}

/** State of a tracked configuration item. */
export interface ConfigurationItemState extends ConfigurationItemArgs, Tracked<"configurationItem">, NamedFields {}

/** State of a tracked location. */
export interface LocationState
  extends LocationArgs, Tracked<"location">, Omit<NamedFields, "locationId" | "servicePointId"> {}

/** State of a tracked service point. */
export interface ServicePointState
  extends ServicePointArgs, Tracked<"servicePoint">, Omit<NamedFields, "servicePointId"> {}
