import type { Resource } from "../resource/resource.js";
import type { InventoryRecord, Kind } from "../../../provider/model/records.js";
import type { Lookup } from "./lookup.js";
import type { Observer } from "./observation.js";
import type { Reference, RuleName, RulesFile } from "../file/rules-file.js";

/** The severity of a finding: `error` is mandatory in the pack, `warning` and `info` are advisory. */
export type Severity = "error" | "warning" | "info";

/** A result of a rule: a violation, or a check that cannot be decided yet (`undecided`). */
export interface RuleFinding {
  readonly kind?: Kind;
  readonly recordId?: string;
  /**
   * The part of the resource, such as the place of a reference or the compared property. Input of the fingerprint: it is the same
   * in every run and must not contain values or secrets.
   */
  readonly about?: readonly string[];
  /** All resources, records or properties that the finding affects. If one is added, the finding is new. */
  readonly affects?: readonly string[];
  /** The message, one line: the reference, the problem, the fix. */
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** True if a value is unknown in a preview, which is not a violation. `affects` names the value. Default: the rule. */
  readonly undecided?: boolean;
  /** The resource of a stack rule's finding. Default: the stack. */
  readonly resource?: Pick<Resource, "urn" | "type">;
}

/** A result with its rule and resource. A report adds the stack, the site and the fingerprint. */
export interface Finding extends Omit<RuleFinding, "resource"> {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly urn: string;
  /** The Pulumi type of the resource. */
  readonly type: string;
}

/** A value that no record has in the field by which a reference names its record. */
export interface UnmatchedValue {
  readonly text: string;
  /** The reason why the value cannot be looked up, such as an ambiguous address. */
  readonly reason?: string;
}

/** The references of one resource by one entry of the rules file, resolved in the inventory. */
export interface FoundReference {
  readonly entry: Reference;
  readonly kind: Kind;
  /** The ids, in the spelling of the inventory if it has them. */
  readonly ids: readonly string[];
  readonly records: readonly InventoryRecord[];
  /** Ids that the inventory does not have. */
  readonly missing: readonly string[];
  /** Values without a record, of a reference by a field. They are not ids, so stack rules and coverage do not count them. */
  readonly unmatched?: readonly UnmatchedValue[];
  /** Values that cannot be ids, such as a boolean or an object. */
  readonly invalidIds?: readonly unknown[];
  /** Labels that match more than one id, and values that more than one record has. */
  readonly ambiguous: readonly { readonly text: string; readonly ids: readonly string[] }[];
  /** True if some of the ids are unknown in a preview. */
  readonly undecided: boolean;
  /** True if the ids come from a secret. No rule shows them. */
  readonly secret?: boolean;
  /** The reason why the inventory does not have this kind. */
  readonly unavailable: string | undefined;
}

/** A resource with its references, resolved once for all rules. */
export interface ResolvedResource {
  readonly resource: Resource;
  readonly references: readonly FoundReference[];
  /** True if the resource has no properties: the engine passes a resource that a targeted update leaves out without them. */
  readonly propertiesOmitted: boolean;
}

/** The input of a resource rule. */
export interface ResourceContext extends ResolvedResource {
  readonly lookup: Lookup;
  readonly rules: RulesFile;
  /** Receives each check, for an explanation. Default: no observer, at no cost. */
  readonly observe?: Observer;
}

/** A reference, as stack rules read it. */
export type StackReference = Pick<FoundReference, "kind" | "ids" | "undecided" | "secret">;

/** A resource and its references, as stack rules read them. */
export interface StackResource {
  readonly resource: Pick<Resource, "urn" | "type" | "name" | "external" | "secrets">;
  readonly references: readonly StackReference[];
  /** True if the resource has no properties, so that nothing can be checked. */
  readonly propertiesOmitted?: boolean;
}

/** The view of a stack that stack rules read. The policy pack and the report implement it. */
export interface StackView {
  readonly resources: readonly StackResource[];
  readonly inventory: { readonly syncedAt: string; readonly staleReason?: string | undefined };
  /**
   * Returns the ids of the records that an entry of the rules' `cover` selects.
   * @throws KindUnavailableError, QueryError
   */
  recordsToCover(index: number): string[];
}

/** The input of a stack rule. */
export interface StackContext {
  readonly stack: StackView;
  readonly rules: RulesFile;
  readonly now: Date;
}

interface Described {
  readonly name: RuleName;
  readonly title: string;
  readonly severity: Severity;
  /** The fix for a finding, one line. */
  readonly remediation: string;
  /** Returns why the rule has nothing to check with these rules; undefined if it has. */
  inactiveReason?(rules: RulesFile): string | undefined;
}

/** A rule on one resource. Its check is a pure function. */
export interface ResourceRule extends Described {
  readonly scope: "resource";
  /** Returns whether the check has something to compare. A check without findings proves nothing otherwise. */
  examines(context: ResourceContext): boolean;
  check(context: ResourceContext): RuleFinding[];
}

/** A rule on all resources of a stack. Its check is a pure function. A finding without a resource belongs to the stack. */
export interface StackRule extends Described {
  readonly scope: "stack";
  /** Like {@link ResourceRule.examines}. */
  examines(context: StackContext): boolean;
  check(context: StackContext): RuleFinding[];
}

/** A rule. */
export type Rule = ResourceRule | StackRule;
