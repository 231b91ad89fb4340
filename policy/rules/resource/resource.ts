/** A deployed or planned resource, as rules read it. */
export interface Resource {
  readonly urn: string;
  /** The Pulumi type token, such as `aws:ec2/customerGateway:CustomerGateway`. */
  readonly type: string;
  readonly name: string;
  /** The inputs, or their values in a state. An unknown value is `UNKNOWN`. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The configuration of the provider, if known. */
  readonly provider?: Readonly<Record<string, unknown>>;
  /** True for a component, which only groups resources. */
  readonly component?: boolean;
  /** True if the stack only reads the resource (Pulumi's `.get`): it claims no record. */
  readonly external?: boolean;
  /** Texts of its secret values. They are compared but never printed. */
  readonly secrets?: ReadonlySet<string>;
  /** Predicate for an unknown value. Default: "is unknown at preview". */
  readonly unknownReason?: string;
}

/** The value of a property that is unknown at preview. */
export const UNKNOWN: unique symbol = Symbol("unknown until update");
