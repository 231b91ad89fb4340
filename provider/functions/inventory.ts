import * as pulumi from "@pulumi/pulumi";
import { printableMessage } from "../platform/printable.js";
import { checkSettingNames } from "../settings/resolve.js";
import type { ConfigSource } from "../settings/sources.js";
import type { InventoryArgs } from "../settings/args.js";
import type { ServiceStatus, ServiceVersion } from "../model/attributes.generated.js";
import { InventoryFunctions } from "./inventory-functions.js";
import type {
  AccountRecord,
  ConfigurationItemRecord,
  GetRecordArgs,
  GetRecordsArgs,
  LocationRecord,
  RecordsResult,
  ServicePointRecord,
} from "./results.js";
import { SharedInventory, type Level } from "./shared-inventory.js";
import { isUserError } from "../platform/user-error.js";

/** Arguments of the `…Output` functions. Any value, at any depth, can be an output of another resource. */
export type Inputs<T> = { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> };

/** A value in which every part can be an output. */
export type DeepInput<T> = T extends readonly (infer E)[]
  ? pulumi.Input<DeepInput<E>>[]
  : T extends object
    ? { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> }
    : T;

const programConfig: ConfigSource = (key) => new pulumi.Config("orange-cmdb").get(key);

/**
 * An inventory, read through the local mirror. The functions of the package use an inventory with the settings of the stack's
 * configuration and the environment. Create another one to read a second inventory in the same program.
 */
export class Inventory extends InventoryFunctions {
  /** Functions for the outputs, which can be marked as secrets. */
  readonly #whole: InventoryFunctions;
  readonly #isSensitive: () => boolean;

  /**
   * @param args settings that differ from the stack's configuration and the environment
   * @throws SettingsError if a setting does not exist. A wrong value is an error of the first look-up
   */
  constructor(args: InventoryArgs = {}) {
    checkNames(args);
    const shared = new SharedInventory({ args, config: programConfig, say, explain });
    super(shared, true);
    this.#whole = new InventoryFunctions(shared);
    this.#isSensitive = () => shared.isSensitive;
  }

  /** Calls {@link getLocation} with inputs and returns an output. */
  getLocationOutput(args: Inputs<GetRecordArgs>): pulumi.Output<LocationRecord> {
    return this.#lift(args, (known) => this.#whole.getLocation(known));
  }
  /** Calls {@link getLocations} with inputs and returns an output. */
  getLocationsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"location">> {
    return this.#lift(args, (known) => this.#whole.getLocations(known));
  }
  /** Calls {@link getServicePoint} with inputs and returns an output. */
  getServicePointOutput(args: Inputs<GetRecordArgs>): pulumi.Output<ServicePointRecord> {
    return this.#lift(args, (known) => this.#whole.getServicePoint(known));
  }
  /** Calls {@link getServicePoints} with inputs and returns an output. */
  getServicePointsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"servicePoint">> {
    return this.#lift(args, (known) => this.#whole.getServicePoints(known));
  }
  /** Calls {@link getConfigurationItem} with inputs and returns an output. */
  getConfigurationItemOutput(args: Inputs<GetRecordArgs>): pulumi.Output<ConfigurationItemRecord> {
    return this.#lift(args, (known) => this.#whole.getConfigurationItem(known));
  }
  /** Calls {@link getConfigurationItems} with inputs and returns an output. */
  getConfigurationItemsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"configurationItem">> {
    return this.#lift(args, (known) => this.#whole.getConfigurationItems(known));
  }
  /** Calls {@link getAccount} with inputs and returns an output. */
  getAccountOutput(args: Inputs<GetRecordArgs>): pulumi.Output<AccountRecord> {
    return this.#lift(args, (known) => this.#whole.getAccount(known));
  }
  /** Calls {@link getAccounts} with inputs and returns an output. */
  getAccountsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"account">> {
    return this.#lift(args, (known) => this.#whole.getAccounts(known));
  }

  /** Calls {@link getStatus} and returns an output. */
  getStatusOutput(): pulumi.Output<ServiceStatus> {
    return toOutput(this.getStatus());
  }
  /** Calls {@link getVersion} and returns an output. */
  getVersionOutput(): pulumi.Output<ServiceVersion> {
    return toOutput(this.getVersion());
  }

  #lift<A extends object, R>(args: Inputs<A>, call: (known: A) => Promise<R>): pulumi.Output<R> {
    const found = pulumi.output(args).apply((known) => call(known as A)) as pulumi.Output<R>;
    return this.#isSensitive() ? (pulumi.secret(found) as pulumi.Output<R>) : found;
  }
}

function checkNames(args: InventoryArgs): void {
  try {
    checkSettingNames(args);
  } catch (error) {
    throw explain(error);
  }
}

/** The response contains plain values only, so no output is nested in another. */
function toOutput<T>(answer: Promise<T>): pulumi.Output<T> {
  return pulumi.output(answer) as unknown as pulumi.Output<T>;
}

function say(level: Level, line: string): Promise<void> {
  return pulumi.log[level](printableMessage(`orange-cmdb: ${line}`));
}

/** Marks errors that a user can fix as Pulumi's RunError, which Pulumi prints without a stack trace. The class stays the same. */
function explain(error: unknown): unknown {
  if (isUserError(error) && !pulumi.RunError.isInstance(error)) {
    Object.defineProperty(error, "__pulumiRunError", { value: true });
  }
  return error;
}
