import type { InventoryRecord, Kind } from "../../provider/inventory/records.js";
import type { Lookup } from "./lookup.js";
import type { Reference, RuleName, RulesFile } from "./rules-file.js";

/** How bad a finding is: `error` is mandatory in the pack, `warning` and `info` are advisory. */
export type Severity = "error" | "warning" | "info";

/** A deployed (or about to be deployed) resource, as a rule sees it. */
export interface Resource {
  readonly urn: string;
  /** The Pulumi type token, such as `aws:ec2/customerGateway:CustomerGateway`. */
  readonly type: string;
  readonly name: string;
  /** The inputs, or what a state holds of them; an unknown value is the symbol `unknown`. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What the resource's provider is configured with, where that is known. */
  readonly provider?: Readonly<Record<string, unknown>>;
  /** True of a component: it groups resources, and is none itself. */
  readonly component?: boolean;
  /** True of a resource that its stack only reads (Pulumi's `.get`): it refers to records, and claims none. */
  readonly external?: boolean;
  /** The texts of its secret values: they are compared, never shown. */
  readonly secrets?: ReadonlySet<string>;
  /** What is said of a value that is not known. Default: "is decided at update". */
  readonly notKnown?: string;
}

/** Stands for a property's value that a preview cannot know yet. */
export const unknown: unique symbol = Symbol("unknown until update");

/** What tells a finding from others of its rule, resource and record: the same in every run, and no value or secret. */
export interface Subject {
  /** Such as the place of a reference, or the property that was compared. */
  readonly what?: readonly string[];
  /** All that it stands for, as resources, records or a country: with another one among them it is a new finding. */
  readonly all?: readonly string[];
}

/** One thing that is wrong, or (`decidedAtUpdate`) could not be decided yet. */
export interface Finding {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly urn: string;
  /** The Pulumi type of the resource. */
  readonly type: string;
  readonly kind?: Kind;
  readonly recordId?: string;
  readonly subject?: Subject;
  /** One line: what refers to what, what is wrong, how to mend it. */
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** True where a value is unknown in preview: not a violation. */
  readonly decidedAtUpdate?: boolean;
}

/** What a rule says; rule, severity and resource are added to it. */
export interface RuleFinding extends Omit<Finding, "rule" | "severity" | "urn" | "type"> {
  /** What the update decides, such as the name of a property; the findings of a resource are told in one line. */
  readonly undecided?: string;
}

/** How one resource names records by one entry of the rules file, looked up in the inventory. */
export interface FoundReference {
  readonly entry: Reference;
  readonly kind: Kind;
  /** The ids named, as the inventory spells them where it has them. */
  readonly ids: readonly string[];
  readonly records: readonly InventoryRecord[];
  /** What is named and not there. */
  readonly missing: readonly string[];
  /** What stands where an id should and is none, as a boolean or an object. */
  readonly strange?: readonly unknown[];
  /** Label values that more than one id could have been lower-cased to. */
  readonly ambiguous: readonly { readonly text: string; readonly ids: readonly string[] }[];
  /** True where a preview cannot know all of the ids yet. */
  readonly undecided: boolean;
  /** True where the ids come of a secret: no rule shows them. */
  readonly secret?: boolean;
  /** Why the inventory cannot tell: it does not hold this kind. */
  readonly unavailable: string | undefined;
}

/** A resource with its references: judged once, whatever the number of rules. */
export interface Referring {
  readonly resource: Resource;
  readonly references: readonly FoundReference[];
  /** True where nothing of the resource is known: a targeted update hands over a resource it leaves out without properties. */
  readonly withheld: boolean;
}

/** What a rule of one resource looks at. */
export interface ResourceContext extends Referring {
  readonly lookup: Lookup;
  readonly rules: RulesFile;
}

/** What a rule of a whole stack looks at. */
export interface StackContext {
  readonly resources: readonly Referring[];
  readonly lookup: Lookup;
  readonly rules: RulesFile;
  readonly now: Date;
}

interface Described {
  readonly name: RuleName;
  readonly title: string;
  readonly severity: Severity;
  /** One line: what to do about a finding. */
  readonly cure: string;
  /** Why these rules leave it nothing to check, where they do. */
  off?(rules: RulesFile): string | undefined;
}

/** One check: pure, of one resource against the inventory. */
export interface ResourceRule extends Described {
  readonly scope: "resource";
  check(context: ResourceContext): RuleFinding[];
}

/** One check: pure, of all resources of a stack; a finding that names no resource is the stack's. */
export interface StackRule extends Described {
  readonly scope: "stack";
  check(context: StackContext): (RuleFinding & { readonly resource?: Resource })[];
}

/** A check. */
export type Rule = ResourceRule | StackRule;
