export { OrangeCmdbPolicyPack } from "./pack.js";
export { inventoryPolicy } from "./own.js";
export type { Complaint, InventoryPolicyArgs } from "./own.js";
export type { OrangeCmdbPolicyPackArgs } from "./arguments.js";
export type { UnavailableMode } from "./unavailable.js";
export type { Finding, Resource, Severity } from "./rules/types.js";
export type { RulesInput } from "./rules/rules-file.js";
export type { InventoryReader } from "../provider/inventory/inventory.js";
export type { InventoryRecord } from "../provider/inventory/records.js";
