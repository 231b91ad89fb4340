import { Inventory } from "./inventory.js";

export { Inventory } from "./inventory.js";
export type { DeepInput, Inputs } from "./inventory.js";
export * from "./results.js";

/** The inventory that the stack's configuration and the environment name. */
const inventory = new Inventory();

/** One location, by id, name or filters. @throws RecordLookupError, SettingsError, ApiError */
export const getLocation = inventory.getLocation.bind(inventory);
/** {@link getLocation} with inputs, as an output. */
export const getLocationOutput = inventory.getLocationOutput.bind(inventory);
/** Locations, sorted by id. @throws SettingsError, ApiError */
export const getLocations = inventory.getLocations.bind(inventory);
/** {@link getLocations} with inputs, as an output. */
export const getLocationsOutput = inventory.getLocationsOutput.bind(inventory);
/** One service point, by id, name or filters. @throws RecordLookupError, SettingsError, ApiError */
export const getServicePoint = inventory.getServicePoint.bind(inventory);
/** {@link getServicePoint} with inputs, as an output. */
export const getServicePointOutput = inventory.getServicePointOutput.bind(inventory);
/** Service points, sorted by id. @throws SettingsError, ApiError */
export const getServicePoints = inventory.getServicePoints.bind(inventory);
/** {@link getServicePoints} with inputs, as an output. */
export const getServicePointsOutput = inventory.getServicePointsOutput.bind(inventory);
/** One configuration item, by id, name or filters. @throws RecordLookupError, SettingsError, ApiError */
export const getConfigurationItem = inventory.getConfigurationItem.bind(inventory);
/** {@link getConfigurationItem} with inputs, as an output. */
export const getConfigurationItemOutput = inventory.getConfigurationItemOutput.bind(inventory);
/** Configuration items, sorted by id. @throws SettingsError, ApiError */
export const getConfigurationItems = inventory.getConfigurationItems.bind(inventory);
/** {@link getConfigurationItems} with inputs, as an output. */
export const getConfigurationItemsOutput = inventory.getConfigurationItemsOutput.bind(inventory);
/** One customer account, by id, name or filters. @throws RecordLookupError, SettingsError, ApiError */
export const getAccount = inventory.getAccount.bind(inventory);
/** {@link getAccount} with inputs, as an output. */
export const getAccountOutput = inventory.getAccountOutput.bind(inventory);
// [doc]
/** Customer accounts, sorted by id; international customers only. @throws SettingsError, ApiError */
export const getAccounts = inventory.getAccounts.bind(inventory);
/** {@link getAccounts} with inputs, as an output. */
export const getAccountsOutput = inventory.getAccountsOutput.bind(inventory);
/** Health of the API component. */
export const getStatus = inventory.getStatus.bind(inventory);
/** {@link getStatus} as an output. */
export const getStatusOutput = inventory.getStatusOutput.bind(inventory);
/** Version of the API component. */
export const getVersion = inventory.getVersion.bind(inventory);
/** {@link getVersion} as an output. */
export const getVersionOutput = inventory.getVersionOutput.bind(inventory);
