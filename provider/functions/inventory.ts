import { setImmediate as nextTurn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { CoreInformationClient } from "../api/client.js";
import {
  isSensitive,
  resolveServiceSettings,
  SettingsError,
  type ConfigSource,
  type InventoryArgs,
} from "../config.js";
import { describeEvent, type SyncEvent } from "../inventory/events.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { collections, type Kind } from "../inventory/records.js";
import { openInventory } from "../open.js";
import { lookUpMany, lookUpOne } from "./look-up.js";
import type { GetRecordArgs, GetRecordsArgs, RecordResult, RecordsResult } from "./results.js";

/** Arguments of the `…Output` forms: any value, at any depth, may be an output of another resource. */
export type Inputs<T> = { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> };

type DeepInput<T> = T extends readonly (infer E)[]
  ? pulumi.Input<DeepInput<E>>[]
  : T extends object
    ? { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> }
    : T;

/** The items of a location depend on their service points' locations too. */
const needs: Readonly<Record<Kind, readonly Kind[]>> = {
  location: ["location"],
  servicePoint: ["servicePoint"],
  configurationItem: ["configurationItem", "servicePoint"],
  account: ["account"],
};

const programConfig: ConfigSource = (key) => new pulumi.Config("orange-cmdb").get(key);

/**
 * One inventory, read through the local mirror. The functions of the package use one made from the stack's
 * configuration and the environment; make another for a second inventory in the same program.
 */
export class Inventory {
  readonly #args: InventoryArgs;
  readonly #readers = new Map<Kind, Promise<InventoryReader>>();
  #asked: { kinds: Set<Kind>; reader: Promise<InventoryReader> } | undefined;

  /** @param args what differs from the stack's configuration and the environment */
  constructor(args: InventoryArgs = {}) {
    this.#args = args;
  }

  /** The location with this id or name, or the one that the filters fit. */
  getLocation(args: GetRecordArgs): Promise<RecordResult> {
    return this.#plain("getLocation", () => this.#one("location", args));
  }
  /** All locations that fit. */
  getLocations(args: GetRecordsArgs = {}): Promise<RecordsResult> {
    return this.#plain("getLocations", () => this.#many("location", args));
  }
  /** The service point with this id or name, or the one that the filters fit. */
  getServicePoint(args: GetRecordArgs): Promise<RecordResult> {
    return this.#plain("getServicePoint", () => this.#one("servicePoint", args));
  }
  /** All service points that fit. */
  getServicePoints(args: GetRecordsArgs = {}): Promise<RecordsResult> {
    return this.#plain("getServicePoints", () => this.#many("servicePoint", args));
  }
  /** The configuration item with this id or name, or the one that the filters fit. */
  getConfigurationItem(args: GetRecordArgs): Promise<RecordResult> {
    return this.#plain("getConfigurationItem", () => this.#one("configurationItem", args));
  }
  /** All configuration items that fit. */
  getConfigurationItems(args: GetRecordsArgs = {}): Promise<RecordsResult> {
    return this.#plain("getConfigurationItems", () => this.#many("configurationItem", args));
  }
  /** The customer account with this id or name, or the one that the filters fit. */
  getAccount(args: GetRecordArgs): Promise<RecordResult> {
    return this.#plain("getAccount", () => this.#one("account", args));
  }
  /** All customer accounts that fit; international customers only. */
  getAccounts(args: GetRecordsArgs = {}): Promise<RecordsResult> {
    return this.#plain("getAccounts", () => this.#many("account", args));
  }

  /** {@link getLocation} with inputs, as an output. */
  getLocationOutput(args: Inputs<GetRecordArgs>): pulumi.Output<RecordResult> {
    return this.#lift(args, (known) => this.#one("location", known));
  }
  /** {@link getLocations} with inputs, as an output. */
  getLocationsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult> {
    return this.#lift(args, (known) => this.#many("location", known));
  }
  /** {@link getServicePoint} with inputs, as an output. */
  getServicePointOutput(args: Inputs<GetRecordArgs>): pulumi.Output<RecordResult> {
    return this.#lift(args, (known) => this.#one("servicePoint", known));
  }
  /** {@link getServicePoints} with inputs, as an output. */
  getServicePointsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult> {
    return this.#lift(args, (known) => this.#many("servicePoint", known));
  }
  /** {@link getConfigurationItem} with inputs, as an output. */
  getConfigurationItemOutput(args: Inputs<GetRecordArgs>): pulumi.Output<RecordResult> {
    return this.#lift(args, (known) => this.#one("configurationItem", known));
  }
  /** {@link getConfigurationItems} with inputs, as an output. */
  getConfigurationItemsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult> {
    return this.#lift(args, (known) => this.#many("configurationItem", known));
  }
  /** {@link getAccount} with inputs, as an output. */
  getAccountOutput(args: Inputs<GetRecordArgs>): pulumi.Output<RecordResult> {
    return this.#lift(args, (known) => this.#one("account", known));
  }
  /** {@link getAccounts} with inputs, as an output. */
  getAccountsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult> {
    return this.#lift(args, (known) => this.#many("account", known));
  }

  /** Health of the API component, as `GET /status` answers it. */
  getStatus(): Promise<unknown> {
    return this.#ask((client) => client.status());
  }
  /** {@link getStatus} as an output. */
  getStatusOutput(): pulumi.Output<unknown> {
    return pulumi.output(this.getStatus());
  }
  /** Version of the API component, as `GET /version` answers it. */
  getVersion(): Promise<unknown> {
    return this.#ask((client) => client.version());
  }
  /** {@link getVersion} as an output. */
  getVersionOutput(): pulumi.Output<unknown> {
    return pulumi.output(this.getVersion());
  }

  #ask(question: (client: CoreInformationClient) => Promise<unknown>): Promise<unknown> {
    return forUser(async () => {
      const { CoreInformationClient } = await import("../api/client.js");
      const client = new CoreInformationClient(resolveServiceSettings(this.#args, programConfig).api);
      try {
        return await question(client);
      } finally {
        client.close();
      }
    });
  }

  #lift<A extends object, R>(args: Inputs<A>, call: (known: A) => Promise<R>): pulumi.Output<R> {
    const found = pulumi.output(args).apply((known) => call(known as A)) as pulumi.Output<R>;
    return isSensitive(this.#args, programConfig) ? (pulumi.secret(found) as pulumi.Output<R>) : found;
  }

  /** What comes without an output around it cannot be marked as a secret. */
  #plain<R>(name: string, call: () => Promise<R>): Promise<R> {
    if (!isSensitive(this.#args, programConfig)) return call();
    const problem = `sensitive is set, and what ${name} gives cannot be marked as a secret: use ${name}Output`;
    return forUser(() => Promise.reject(new SettingsError([problem])));
  }

  #one(kind: Kind, args: GetRecordArgs): Promise<RecordResult> {
    return forUser(async () => lookUpOne(await this.#reader(kind), kind, args, isSensitive(this.#args, programConfig)));
  }

  #many(kind: Kind, args: GetRecordsArgs): Promise<RecordsResult> {
    return forUser(async () => lookUpMany(await this.#reader(kind), kind, args));
  }

  /** Kinds that are asked for in one go are opened together: one sync, and one line that says what was read. */
  #reader(kind: Kind): Promise<InventoryReader> {
    const known = this.#readers.get(kind);
    if (known) return known;
    this.#asked ??= { kinds: new Set(), reader: nextTurn().then(() => this.#open()) };
    this.#asked.kinds.add(kind);
    this.#readers.set(kind, this.#asked.reader);
    return this.#asked.reader;
  }

  async #open(): Promise<InventoryReader> {
    const asked = [...(this.#asked?.kinds ?? [])];
    this.#asked = undefined;
    const kinds = [...new Set(asked.flatMap((kind) => needs[kind]))];
    const reader = await openInventory({ args: this.#args, config: programConfig, kinds, onEvent: tell });
    await pulumi.log.info(`orange-cmdb: ${describeInventory(reader, kinds)}`);
    return reader;
  }
}

/** Waiting is said as it begins, an older inventory as a warning, all else to those who debug. */
function tell(event: SyncEvent): void {
  const line = describeEvent(event);
  if (line === undefined) return;
  const levels = { waiting: pulumi.log.info, stale: pulumi.log.warn, rebuilt: pulumi.log.warn };
  const say = Object.hasOwn(levels, event.type) ? levels[event.type as keyof typeof levels] : pulumi.log.debug;
  void say(`orange-cmdb: ${line}`);
}

/** What was read, from where and how old it is, on one line. */
function describeInventory(reader: InventoryReader, kinds: readonly Kind[]): string {
  const { endpoint, syncedAt, counts } = reader.info();
  const age = Math.max(0, Math.round((Date.now() - Date.parse(syncedAt)) / 1000));
  const counted = kinds.map((kind) => `${counts[kind] ?? "no"} ${collections[kind]}`);
  return `inventory of ${endpoint}, fetched ${age} s ago: ${counted.join(", ")}`;
}

const userErrors = [
  "SettingsError",
  "ApiError",
  "RecordLookupError",
  "QueryError",
  "KindUnavailableError",
  "InventoryFileError",
  "MirrorDamagedError",
  "MirrorPlaceError",
];

/** Marks what a user can mend as Pulumi's RunError, which is shown without a stack trace; its type stays. */
async function forUser<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && userErrors.includes(error.name) && !pulumi.RunError.isInstance(error)) {
      Object.defineProperty(error, "__pulumiRunError", { value: true });
    }
    throw error;
  }
}
