import type { CoreInformationClient } from "../api/client.js";
import { parseArguments, recordArguments, recordsArguments } from "../arguments.js";
import type { ServiceStatus, ServiceVersion } from "../inventory/attributes.generated.js";
import { collections, type Kind } from "../inventory/records.js";
import { functionName, lookUpMany, lookUpOne } from "./look-up.js";
import { forPulumi, refuseMarks } from "./pulumi-marks.js";
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
import { needs, type SharedInventory } from "./shared-inventory.js";

/**
 * The functions of one inventory, for whoever calls them: a program in TypeScript, or the provider plugin for all others.
 * Their names, types and comments are the schema of that plugin.
 */
export class InventoryFunctions {
  readonly #inventory: SharedInventory;
  readonly #refuses: boolean;

  /** @param refuses whether what comes out cannot be marked as a secret, and is refused where it has to be */
  constructor(inventory: SharedInventory, refuses = false) {
    this.#inventory = inventory;
    this.#refuses = refuses;
  }

  /** The location with this id or name, or the one that the filters fit. */
  getLocation(args: GetRecordArgs): Promise<LocationRecord> {
    return this.#one("location", args);
  }
  /** All locations that fit. */
  getLocations(args: GetRecordsArgs = {}): Promise<RecordsResult<"location">> {
    return this.#many("location", args);
  }
  /** The service point with this id or name, or the one that the filters fit. */
  getServicePoint(args: GetRecordArgs): Promise<ServicePointRecord> {
    return this.#one("servicePoint", args);
  }
  /** All service points that fit. */
  getServicePoints(args: GetRecordsArgs = {}): Promise<RecordsResult<"servicePoint">> {
    return this.#many("servicePoint", args);
  }
  /** The configuration item with this id or name, or the one that the filters fit. */
  getConfigurationItem(args: GetRecordArgs): Promise<ConfigurationItemRecord> {
    return this.#one("configurationItem", args);
  }
  /** All configuration items that fit. */
  getConfigurationItems(args: GetRecordsArgs = {}): Promise<RecordsResult<"configurationItem">> {
    return this.#many("configurationItem", args);
  }
  /** The customer account with this id or name, or the one that the filters fit. */
  getAccount(args: GetRecordArgs): Promise<AccountRecord> {
    return this.#one("account", args);
  }
  /** All customer accounts that fit; international customers only. */
  getAccounts(args: GetRecordsArgs = {}): Promise<RecordsResult<"account">> {
    return this.#many("account", args);
  }

  /** Health of the API component, as `GET /status` answers it. Any member can be absent: the answer is passed on as it came. */
  getStatus(): Promise<ServiceStatus> {
    return this.#ask((client) => client.status());
  }
  /** Version of the API component, as `GET /version` answers it. Any member can be absent: the answer is passed on as it came. */
  getVersion(): Promise<ServiceVersion> {
    return this.#ask((client) => client.version());
  }

  #one<K extends Kind>(kind: K, args: GetRecordArgs): Promise<RecordResult<K>> {
    const { isSensitive } = this.#inventory;
    if (this.#refuses && isSensitive) return this.#inventory.refuse(problemOf(kind));
    return this.#inventory.explained(() => {
      const query = parseArguments(functionName(kind), recordArguments, args);
      return this.#inventory.use(needs[kind], (reader) => forPulumi(kind, lookUpOne(reader, kind, query, isSensitive)));
    });
  }

  #many<K extends Kind>(kind: K, args: GetRecordsArgs): Promise<RecordsResult<K>> {
    const { isSensitive } = this.#inventory;
    if (this.#refuses && isSensitive) return this.#inventory.refuse(problemOf(collections[kind]));
    return this.#inventory.explained(() => {
      const query = parseArguments(functionName(collections[kind]), recordsArguments, args);
      return this.#inventory.use(needs[kind], (reader, warn) => {
        const { found, hints } = lookUpMany(reader, kind, query, isSensitive);
        hints.forEach(warn);
        for (const record of found.records) forPulumi(kind, record);
        return found;
      });
    });
  }

  /** The type is what the published description promises; nothing checks it. */
  #ask<T>(question: (client: Pick<CoreInformationClient, "status" | "version">) => Promise<unknown>): Promise<T> {
    return this.#inventory.ask(async (client) => {
      const answer = await question(client);
      refuseMarks(answer, "what the API said");
      return answer as T;
    });
  }
}

/** @param what `location` or `locations` */
function problemOf(what: string): string {
  const name = functionName(what);
  return `is set, and what ${name} gives cannot be marked as a secret: use ${name}Output`;
}
