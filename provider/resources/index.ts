import * as pulumi from "@pulumi/pulumi";
import { checkArgumentNames } from "../functions/arguments.js";
import { loadExperimental } from "../platform/experimental.js";
import type { Inputs } from "../functions/inventory.js";
import type { KeyComparator } from "../model/keys/index.js";
import { namedFields, type AttributesOf, type Kind } from "../model/records.js";
import type {
  ConfigurationItemArgs,
  ConfigurationItemState,
  LocationArgs,
  LocationState,
  ServicePointArgs,
  ServicePointState,
} from "./records.js";
import { providerCode } from "./tracked-provider.js";

export type * from "./records.js";

// Pulumi loads every module of Node.js when it serializes a dynamic provider of the program. Node.js 26 warns when FFI is loaded first, so
// load it here.
loadExperimental("node:ffi", "FFI");

/** Outputs of a tracked record. A field is undefined if the record does not have it, or if `track` does not name it. */
const outputs = Object.fromEntries([...namedFields, "attributes"].map((name) => [name, undefined]));

/** Properties of a tracked record, each as an output. */
export type Outputs<T> = { readonly [K in keyof Required<T>]: pulumi.Output<T[K]> };

abstract class TrackedRecord<K extends Kind> extends pulumi.CustomResource {
  declare readonly by: pulumi.Output<string | undefined>;
  declare readonly value: pulumi.Output<string | undefined>;
  declare readonly as: pulumi.Output<KeyComparator | undefined>;
  declare readonly track: pulumi.Output<string[] | undefined>;
  declare readonly name: pulumi.Output<string | undefined>;
  declare readonly type: pulumi.Output<string | undefined>;
  declare readonly category: pulumi.Output<string | undefined>;
  declare readonly status: pulumi.Output<string | undefined>;
  declare readonly reference: pulumi.Output<string | undefined>;
  declare readonly customerReference: pulumi.Output<string | undefined>;
  declare readonly offer: pulumi.Output<string | undefined>;
  declare readonly manufacturer: pulumi.Output<string | undefined>;
  declare readonly model: pulumi.Output<string | undefined>;
  declare readonly serialNumber: pulumi.Output<string | undefined>;
  declare readonly ipAddress: pulumi.Output<string | undefined>;
  declare readonly role: pulumi.Output<string | undefined>;
  /** The bandwidth with its unit. */
  declare readonly bandwidth: pulumi.Output<string | undefined>;
  /** The postal address as one line. */
  declare readonly address: pulumi.Output<string | undefined>;
  declare readonly country: pulumi.Output<string | undefined>;
  declare readonly customer: pulumi.Output<string | undefined>;
  declare readonly accountId: pulumi.Output<string | undefined>;
  declare readonly createdAt: pulumi.Output<string | undefined>;
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** Fields in `track` that are not named fields. */
  declare readonly attributes: pulumi.Output<AttributesOf[K] | undefined>;

  /** @throws RunError if an argument does not exist */
  constructor(kind: K, name: string, args: object, options: pulumi.CustomResourceOptions | undefined) {
    const [id, type] = [`${kind}Id`, kind.charAt(0).toUpperCase() + kind.slice(1)];
    checkArgumentNames(type, [id, "by", "value", "as", "track"], args, (message) => new pulumi.RunError(message));
    const inputs = { ...outputs, [id]: undefined, ...args, __provider: providerCode(kind) };
    super(`pulumi-nodejs:dynamic/orange-cmdb:${type}`, name, inputs, options);
  }
}

/** Keeps the fields of a configuration item in the stack's state. Previews and refreshes show what changed in the CMDB. */
export class ConfigurationItem extends TrackedRecord<"configurationItem"> implements Outputs<ConfigurationItemState> {
  declare readonly configurationItemId: pulumi.Output<string>;
  declare readonly locationId: pulumi.Output<string | undefined>;
  declare readonly servicePointId: pulumi.Output<string | undefined>;

  constructor(name: string, args: Inputs<ConfigurationItemArgs>, options?: pulumi.CustomResourceOptions) {
    super("configurationItem", name, args, options);
  }
}

/** Keeps the fields of a location in the stack's state. Previews and refreshes show what changed in the CMDB. */
export class Location extends TrackedRecord<"location"> implements Outputs<LocationState> {
  declare readonly locationId: pulumi.Output<string>;

  constructor(name: string, args: Inputs<LocationArgs>, options?: pulumi.CustomResourceOptions) {
    super("location", name, args, options);
  }
}

/** Keeps the fields of a service point in the stack's state. Previews and refreshes show what changed in the CMDB. */
export class ServicePoint extends TrackedRecord<"servicePoint"> implements Outputs<ServicePointState> {
  declare readonly servicePointId: pulumi.Output<string>;
  declare readonly locationId: pulumi.Output<string | undefined>;

  constructor(name: string, args: Inputs<ServicePointArgs>, options?: pulumi.CustomResourceOptions) {
    super("servicePoint", name, args, options);
  }
}
