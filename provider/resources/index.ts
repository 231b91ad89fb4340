import * as pulumi from "@pulumi/pulumi";
import { namedFields } from "../inventory/records.js";
import { TrackedProvider } from "./tracked-provider.js";

const providers = {
  configurationItem: new TrackedProvider("configurationItem"),
  location: new TrackedProvider("location"),
  servicePoint: new TrackedProvider("servicePoint"),
};

/** What every tracked record may be told. */
export interface TrackArgs {
  /** The fields that are compared, named ones or fields of the record. Default: all named fields. */
  track?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The named fields of a tracked record; those that the record lacks, or that `track` leaves out, are undefined. */
const outputs = Object.fromEntries(namedFields.map((name) => [name, undefined]));

abstract class TrackedRecord extends pulumi.dynamic.Resource {
  declare readonly type: pulumi.Output<string | undefined>;
  declare readonly name: pulumi.Output<string | undefined>;
  declare readonly status: pulumi.Output<string | undefined>;
  /** The postal address as one line. */
  declare readonly address: pulumi.Output<string | undefined>;
  declare readonly country: pulumi.Output<string | undefined>;
  declare readonly customer: pulumi.Output<string | undefined>;
  declare readonly accountId: pulumi.Output<string | undefined>;
}

/** A configuration item kept in the stack's state: a preview and a refresh show what changed in the CMDB. */
export class ConfigurationItem extends TrackedRecord {
  declare readonly configurationItemId: pulumi.Output<string>;
  declare readonly locationId: pulumi.Output<string | undefined>;
  declare readonly servicePointId: pulumi.Output<string | undefined>;

  constructor(
    name: string,
    args: TrackArgs & { configurationItemId: pulumi.Input<string> },
    options?: pulumi.CustomResourceOptions,
  ) {
    super(providers.configurationItem, name, { ...outputs, ...args }, options, "orange-cmdb", "ConfigurationItem");
  }
}

/** A location kept in the stack's state: a preview and a refresh show what changed in the CMDB. */
export class Location extends TrackedRecord {
  declare readonly locationId: pulumi.Output<string>;

  constructor(
    name: string,
    args: TrackArgs & { locationId: pulumi.Input<string> },
    options?: pulumi.CustomResourceOptions,
  ) {
    super(providers.location, name, { ...outputs, ...args }, options, "orange-cmdb", "Location");
  }
}

/** A service point kept in the stack's state: a preview and a refresh show what changed in the CMDB. */
export class ServicePoint extends TrackedRecord {
  declare readonly servicePointId: pulumi.Output<string>;
  declare readonly locationId: pulumi.Output<string | undefined>;

  constructor(
    name: string,
    args: TrackArgs & { servicePointId: pulumi.Input<string> },
    options?: pulumi.CustomResourceOptions,
  ) {
    super(providers.servicePoint, name, { ...outputs, ...args }, options, "orange-cmdb", "ServicePoint");
  }
}
