import type { CoreInformationClient } from "../api/client.js";
import { parseArguments, recordArguments, recordsArguments } from "./arguments.js";
import type { ServiceStatus, ServiceVersion } from "../model/attributes.generated.js";
import { collections, type Kind } from "../model/records.js";
import { functionName, lookUpMany, lookUpOne } from "./look-up.js";
import { assertSafeForPulumi, rejectSentinels } from "./pulumi-sentinels.js";
import type {
  AccountRecord,
  ConfigurationItemRecord,
  GetRecordArgs,
  GetRecordsArgs,
  LocationRecord,
  RecordResult,
  RecordsResult,
  ServicePointRecord,
} from "./results.js";
import { REQUIRED_KINDS, type SharedInventory } from "./shared-inventory.js";

/**
 * Data-source functions of one inventory. TypeScript programs call them directly, other languages through the provider plugin.
 * The schema of the plugin is generated from their names, types and comments.
 */
export class InventoryFunctions {
  readonly #inventory: SharedInventory;
  readonly #refuses: boolean;

  /** @param refuses whether look-ups fail if records are secrets, because the results cannot be marked as secrets */
  constructor(inventory: SharedInventory, refuses = false) {
    this.#inventory = inventory;
    this.#refuses = refuses;
  }

  /** Returns the location that matches all arguments. Fails if none or several match. */
  getLocation(args: GetRecordArgs): Promise<LocationRecord> {
    return this.#one("location", args);
  }
  /** Returns all locations that match. */
  getLocations(args: GetRecordsArgs = {}): Promise<RecordsResult<"location">> {
    return this.#many("location", args);
  }
  /** Returns the service point that matches all arguments. Fails if none or several match. */
  getServicePoint(args: GetRecordArgs): Promise<ServicePointRecord> {
    return this.#one("servicePoint", args);
  }
  /** Returns all service points that match. */
  getServicePoints(args: GetRecordsArgs = {}): Promise<RecordsResult<"servicePoint">> {
    return this.#many("servicePoint", args);
  }
  /** Returns the configuration item that matches all arguments. Fails if none or several match. */
  getConfigurationItem(args: GetRecordArgs): Promise<ConfigurationItemRecord> {
    return this.#one("configurationItem", args);
  }
  /** Returns all configuration items that match. */
  getConfigurationItems(args: GetRecordsArgs = {}): Promise<RecordsResult<"configurationItem">> {
    return this.#many("configurationItem", args);
  }
  /** Returns the customer account that matches all arguments. Fails if none or several match. */
  getAccount(args: GetRecordArgs): Promise<AccountRecord> {
    return this.#one("account", args);
  }
  /** Returns all customer accounts that match. Only international customers have accounts. */
  getAccounts(args: GetRecordsArgs = {}): Promise<RecordsResult<"account">> {
    return this.#many("account", args);
  }

  /** Returns the health of the API component: the response of `GET /status`, unchanged. Any member can be absent. */
  getStatus(): Promise<ServiceStatus> {
    return this.#ask((client) => client.status());
  }
  /** Returns the version of the API component: the response of `GET /version`, unchanged. Any member can be absent. */
  getVersion(): Promise<ServiceVersion> {
    return this.#ask((client) => client.version());
  }

  #one<K extends Kind>(kind: K, args: GetRecordArgs): Promise<RecordResult<K>> {
    const { isSensitive } = this.#inventory;
    if (this.#refuses && isSensitive) return this.#inventory.refuse(problemOf(kind));
    return this.#inventory.explained(() => {
      const query = parseArguments(functionName(kind), recordArguments, args);
      return this.#inventory.use(REQUIRED_KINDS[kind], (reader) =>
        assertSafeForPulumi(kind, lookUpOne(reader, kind, query, isSensitive)),
      );
    });
  }

  #many<K extends Kind>(kind: K, args: GetRecordsArgs): Promise<RecordsResult<K>> {
    const { isSensitive } = this.#inventory;
    if (this.#refuses && isSensitive) return this.#inventory.refuse(problemOf(collections[kind]));
    return this.#inventory.explained(() => {
      const query = parseArguments(functionName(collections[kind]), recordsArguments, args);
      return this.#inventory.use(REQUIRED_KINDS[kind], (reader, warn) => {
        const { found, hints } = lookUpMany(reader, kind, query, isSensitive);
        hints.forEach(warn);
        for (const record of found.records) assertSafeForPulumi(kind, record);
        return found;
      });
    });
  }

  /** Calls the API. The type follows the published description; the response is not validated against it. */
  #ask<T>(question: (client: Pick<CoreInformationClient, "status" | "version">) => Promise<unknown>): Promise<T> {
    return this.#inventory.ask(async (client) => {
      const answer = await question(client);
      rejectSentinels(answer, "what the API said");
      return answer as T;
    });
  }
}

/** @param what `location` or `locations` */
function problemOf(what: string): string {
  const name = functionName(what);
  return `is set, and what ${name} gives cannot be marked as a secret: use ${name}Output`;
}
