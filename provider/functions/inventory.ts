import * as pulumi from "@pulumi/pulumi";
import { printableMessage } from "../inventory/printable.js";
import { checkSettingNames, type ConfigSource, type InventoryArgs } from "../config.js";
import type { ServiceStatus, ServiceVersion } from "../inventory/attributes.generated.js";
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
import { isForUsers } from "./user-errors.js";

/** Arguments of the `…Output` forms: any value, at any depth, may be an output of another resource. */
export type Inputs<T> = { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> };

/** A value in which everything may be an output. */
export type DeepInput<T> = T extends readonly (infer E)[]
  ? pulumi.Input<DeepInput<E>>[]
  : T extends object
    ? { [K in keyof T]: pulumi.Input<DeepInput<T[K]>> }
    : T;

const programConfig: ConfigSource = (key) => new pulumi.Config("orange-cmdb").get(key);

/**
 * One inventory, read through the local mirror. The functions of the package use one made from the stack's
 * configuration and the environment; make another for a second inventory in the same program.
 */
export class Inventory extends InventoryFunctions {
  /** What the outputs hold: they can be marked as secrets, which what comes without one cannot. */
  readonly #whole: InventoryFunctions;
  readonly #isSensitive: () => boolean;

  /**
   * @param args what differs from the stack's configuration and the environment
   * @throws SettingsError if there is no such setting; what is wrong with a value is an error of the first look-up
   */
  constructor(args: InventoryArgs = {}) {
    checkNames(args);
    const shared = new SharedInventory({ args, config: programConfig, say, explain });
    super(shared, true);
    this.#whole = new InventoryFunctions(shared);
    this.#isSensitive = () => shared.isSensitive;
  }

  /** {@link getLocation} with inputs, as an output. */
  getLocationOutput(args: Inputs<GetRecordArgs>): pulumi.Output<LocationRecord> {
    return this.#lift(args, (known) => this.#whole.getLocation(known));
  }
  /** {@link getLocations} with inputs, as an output. */
  getLocationsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"location">> {
    return this.#lift(args, (known) => this.#whole.getLocations(known));
  }
  /** {@link getServicePoint} with inputs, as an output. */
  getServicePointOutput(args: Inputs<GetRecordArgs>): pulumi.Output<ServicePointRecord> {
    return this.#lift(args, (known) => this.#whole.getServicePoint(known));
  }
  /** {@link getServicePoints} with inputs, as an output. */
  getServicePointsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"servicePoint">> {
    return this.#lift(args, (known) => this.#whole.getServicePoints(known));
  }
  /** {@link getConfigurationItem} with inputs, as an output. */
  getConfigurationItemOutput(args: Inputs<GetRecordArgs>): pulumi.Output<ConfigurationItemRecord> {
    return this.#lift(args, (known) => this.#whole.getConfigurationItem(known));
  }
  /** {@link getConfigurationItems} with inputs, as an output. */
  getConfigurationItemsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"configurationItem">> {
    return this.#lift(args, (known) => this.#whole.getConfigurationItems(known));
  }
  /** {@link getAccount} with inputs, as an output. */
  getAccountOutput(args: Inputs<GetRecordArgs>): pulumi.Output<AccountRecord> {
    return this.#lift(args, (known) => this.#whole.getAccount(known));
  }
  /** {@link getAccounts} with inputs, as an output. */
  getAccountsOutput(args: Inputs<GetRecordsArgs> = {}): pulumi.Output<RecordsResult<"account">> {
    return this.#lift(args, (known) => this.#whole.getAccounts(known));
  }

  /** {@link getStatus} as an output. */
  getStatusOutput(): pulumi.Output<ServiceStatus> {
    return toOutput(this.getStatus());
  }
  /** {@link getVersion} as an output. */
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

/** The members of an answer are values already: no output is inside another. */
function toOutput<T>(answer: Promise<T>): pulumi.Output<T> {
  return pulumi.output(answer) as unknown as pulumi.Output<T>;
}

function say(level: Level, line: string): Promise<void> {
  return pulumi.log[level](printableMessage(`orange-cmdb: ${line}`));
}

/** Marks what a user can mend as Pulumi's RunError, which is shown without a stack trace; its type stays. */
function explain(error: unknown): unknown {
  if (isForUsers(error) && !pulumi.RunError.isInstance(error)) {
    Object.defineProperty(error, "__pulumiRunError", { value: true });
  }
  return error;
}
