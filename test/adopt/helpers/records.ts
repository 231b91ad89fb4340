import { defaultFieldMap, fieldReader } from "../../../provider/model/field-map";
import type { InventoryRecord, Kind } from "../../../provider/model/records";

/** A record as the API sends it. */
export type Api = { readonly id: string } & Readonly<Record<string, unknown>>;

/** Returns a record of the inventory, as the provider makes it from the API's. */
export function recordOf<K extends Kind>(kind: K, api: Api): InventoryRecord<K> {
  return {
    kind,
    ...fieldReader(defaultFieldMap, kind)(api),
    id: api.id,
    attributes: api as InventoryRecord<K>["attributes"],
  };
}
