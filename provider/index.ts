import "./check-node.js";
export * from "./functions/index.js";
export * from "./resources/index.js";
export { ApiError } from "./api/errors.js";
export { SettingsError } from "./config.js";
export type { Fault, FaultReason } from "./api/errors.js";
export type { InventoryArgs, SettingFault } from "./config.js";
export type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
  ServiceStatus,
  ServiceVersion,
} from "./inventory/attributes.generated.js";
export type { Filter } from "./inventory/inventory.js";
export { QueryError } from "./inventory/query.js";
export { kinds } from "./inventory/records.js";
export type { Attributes, AttributesOf, Kind, NamedFields } from "./inventory/records.js";
