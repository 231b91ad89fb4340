import { Inventory } from "./inventory.js";

export { Inventory } from "./inventory.js";
export type { DeepInput, Inputs } from "./inventory.js";
export * from "./results.js";

/** Inventory with the settings of the stack's configuration and the environment. */
const inventory = new Inventory();

/** Returns the location that matches all arguments. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getLocation = inventory.getLocation.bind(inventory);
/** Calls {@link getLocation} with inputs and returns an output. */
export const getLocationOutput = inventory.getLocationOutput.bind(inventory);
/** Returns all locations that match, sorted by id. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getLocations = inventory.getLocations.bind(inventory);
/** Calls {@link getLocations} with inputs and returns an output. */
export const getLocationsOutput = inventory.getLocationsOutput.bind(inventory);
/** Returns the service point that matches all arguments. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getServicePoint = inventory.getServicePoint.bind(inventory);
/** Calls {@link getServicePoint} with inputs and returns an output. */
export const getServicePointOutput = inventory.getServicePointOutput.bind(inventory);
/** Returns all service points that match, sorted by id. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getServicePoints = inventory.getServicePoints.bind(inventory);
/** Calls {@link getServicePoints} with inputs and returns an output. */
export const getServicePointsOutput = inventory.getServicePointsOutput.bind(inventory);
/** Returns the configuration item that matches all arguments. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getConfigurationItem = inventory.getConfigurationItem.bind(inventory);
/** Calls {@link getConfigurationItem} with inputs and returns an output. */
export const getConfigurationItemOutput = inventory.getConfigurationItemOutput.bind(inventory);
/** Returns all configuration items that match, sorted by id. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getConfigurationItems = inventory.getConfigurationItems.bind(inventory);
/** Calls {@link getConfigurationItems} with inputs and returns an output. */
export const getConfigurationItemsOutput = inventory.getConfigurationItemsOutput.bind(inventory);
/** Returns the customer account that matches all arguments. @throws RecordLookupError, QueryError, SettingsError, ApiError */
export const getAccount = inventory.getAccount.bind(inventory);
/** Calls {@link getAccount} with inputs and returns an output. */
export const getAccountOutput = inventory.getAccountOutput.bind(inventory);
// [doc]
/**
 * Returns all customer accounts that match, sorted by id. Only international customers have accounts.
 * @throws RecordLookupError, QueryError, SettingsError, ApiError
 */
export const getAccounts = inventory.getAccounts.bind(inventory);
/** Calls {@link getAccounts} with inputs and returns an output. */
export const getAccountsOutput = inventory.getAccountsOutput.bind(inventory);
/** Returns the health of the API component. @throws SettingsError, ApiError */
export const getStatus = inventory.getStatus.bind(inventory);
/** Calls {@link getStatus} and returns an output. */
export const getStatusOutput = inventory.getStatusOutput.bind(inventory);
/** Returns the version of the API component. @throws SettingsError, ApiError */
export const getVersion = inventory.getVersion.bind(inventory);
/** Calls {@link getVersion} and returns an output. */
export const getVersionOutput = inventory.getVersionOutput.bind(inventory);
