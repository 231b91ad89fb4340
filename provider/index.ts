import "./platform/check-node.js";
export * from "./functions/index.js";
export * from "./resources/index.js";
export { ApiError } from "./api/errors/errors.js";
export { SettingsError } from "./settings/settings-error.js";
export type { ApiErrorDetails, ApiErrorReason } from "./api/errors/errors.js";
export type { SettingProblem } from "./settings/settings-error.js";
export type { InventoryArgs } from "./settings/args.js";
export type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
  ServiceStatus,
  ServiceVersion,
} from "./model/attributes.generated.js";
export type { Filter } from "./model/inventory-reader.js";
export { QueryError } from "./inventory/query/query-error.js";
export { kinds } from "./model/records.js";
export type { Attributes, AttributesOf, Kind, NamedFields } from "./model/records.js";
