import type { InventoryRecord } from "../../provider/inventory/records.js";
import type { Lookup } from "./lookup.js";

/**
 * The id of the location where a record stands: its own, else its service point's. Undefined where the inventory names none.
 * @throws KindUnavailableError where the service points were not loaded, and one is named
 */
export function locationIdOf({ locationId, servicePointId }: InventoryRecord, lookup: Lookup): string | undefined {
  if (locationId !== undefined || servicePointId === undefined) return locationId;
  return lookup.record("servicePoint", servicePointId)?.locationId;
}
