import type { InventoryReader } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import type { RuleName, RulesFile } from "./rules-file.js";

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
}

/** Stands for a property's value that a preview cannot know yet. */
export const unknown: unique symbol = Symbol("unknown until update");

/** One thing that is wrong, or (`decidedAtUpdate`) could not be decided yet. */
export interface Finding {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly urn: string;
  /** The Pulumi type of the resource. */
  readonly type: string;
  readonly kind?: Kind;
  readonly recordId?: string;
  /** One line: what refers to what, what is wrong, how to mend it. */
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** True where a value is unknown in preview: not a violation. */
  readonly decidedAtUpdate?: boolean;
}

/** What a rule says; rule, severity and resource are added to it. */
export type RuleFinding = Omit<Finding, "rule" | "severity" | "urn" | "type">;

/** What a rule looks at. */
export interface RuleContext {
  readonly resource: Resource;
  readonly inventory: InventoryReader;
  readonly rules: RulesFile;
}

/** One check: pure, of one resource against the inventory. */
export interface Rule {
  readonly name: RuleName;
  readonly title: string;
  readonly severity: Severity;
  check(context: RuleContext): RuleFinding[];
}
