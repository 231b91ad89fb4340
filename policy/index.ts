import "../provider/check-node.js";
export { OrangeCmdbPolicyPack } from "./pack.js";
export { inventoryPolicy } from "./own.js";
export type { Complaint, InventoryPolicyArgs } from "./own.js";
export type { OrangeCmdbPolicyPackArgs } from "./arguments.js";
export type { UnavailableMode } from "./unavailable.js";
export type { Finding, Resource, Severity } from "./rules/types.js";
export type { RulesInput } from "./rules/rules-file.js";
export type { Filter, InventoryInfo, InventoryReader, Query } from "../provider/inventory/inventory.js";
export type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
} from "../provider/inventory/attributes.generated.js";
export type { Attributes, AttributesOf, InventoryRecord, Kind, NamedFields } from "../provider/inventory/records.js";
