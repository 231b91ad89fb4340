import "./check-node.js";
export * from "./functions/index.js";
export * from "./resources/index.js";
export { ApiError } from "./api/errors.js";
export { SettingsError } from "./config.js";
export type { InventoryArgs } from "./config.js";
export type { Filter } from "./inventory/inventory.js";
export type { Kind, NamedFields } from "./inventory/records.js";
