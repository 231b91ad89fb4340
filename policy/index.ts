import "../provider/platform/check-node.js";
export { OrangeCmdbPolicyPack } from "./pack.js";
export { inventoryPolicy } from "./engine/custom-policy.js";
export type { CheckResult, InventoryPolicyArgs } from "./engine/custom-policy.js";
export type { OrangeCmdbPolicyPackArgs } from "./config/arguments.js";
export type { UnavailableMode } from "./config/unavailable.js";
export type { Resource } from "./rules/resource/resource.js";
export type { RulesInput } from "./rules/file/rules-file.js";
export type { Filter, InventoryInfo, InventoryReader, Query } from "../provider/model/inventory-reader.js";
export type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
} from "../provider/model/attributes.generated.js";
export type { Attributes, AttributesOf, InventoryRecord, Kind, NamedFields } from "../provider/model/records.js";
