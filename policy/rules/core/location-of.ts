import type { InventoryRecord } from "../../../provider/model/records.js";
import type { Lookup } from "./lookup.js";

/**
 * Returns the id of the location of a record, or of its service point; undefined if the inventory has none.
 * @throws KindUnavailableError if the record has a service point, and service points are unavailable
 */
export function locationIdOf({ locationId, servicePointId }: InventoryRecord, lookup: Lookup): string | undefined {
  if (locationId !== undefined || servicePointId === undefined) return locationId;
  return lookup.record("servicePoint", servicePointId)?.locationId;
}
