import type { AttributesOf, Kind, NamedFields } from "../inventory/records.js";

/** What every tracked record may be told. */
export interface TrackArgs {
  /** The fields that are compared, named ones or fields of the record. Default: all named fields except `updatedAt`. */
  track?: string[] | undefined;
}

/** Names the configuration item to track. */
export interface ConfigurationItemArgs extends TrackArgs {
  /** The id of the configuration item. */
  configurationItemId: string;
}

/** Names the location to track. */
export interface LocationArgs extends TrackArgs {
  /** The id of the location. */
  locationId: string;
}

/** Names the service point to track. */
export interface ServicePointArgs extends TrackArgs {
  /** The id of the service point. */
  servicePointId: string;
}

/** What is kept of every record; a field that it lacks, or that `track` leaves out, is absent. */
interface Tracked<K extends Kind> extends TrackArgs {
  /** The fields that `track` names and that are not named ones, as the record has them. */
  readonly attributes?: AttributesOf[K];
}

/** What is kept of a configuration item. */
export interface ConfigurationItemState extends ConfigurationItemArgs, Tracked<"configurationItem">, NamedFields {}

/** What is kept of a location. */
export interface LocationState
  extends LocationArgs, Tracked<"location">, Omit<NamedFields, "locationId" | "servicePointId"> {}

/** What is kept of a service point. */
export interface ServicePointState
  extends ServicePointArgs, Tracked<"servicePoint">, Omit<NamedFields, "servicePointId"> {}
