import type { Verdict } from "../../policy/rules/core/observation.js";
import type { RuleName } from "../../policy/rules/file/rules-file.js";
import type { Severity } from "../../policy/rules/core/types.js";
import type { Kind } from "../../provider/model/records.js";
import type { ReportFinding } from "../report/schema.js";

/** The version of the JSON form. */
export const explanationVersion = 1;

/** A record that the resource refers to. It has neither id nor name if a secret names it. */
export interface ExplainedRecord {
  readonly kind: Kind;
  readonly secret?: boolean;
  readonly id?: string;
  readonly name?: string;
  readonly status?: string;
  /** The id of its location, and the source: its own `locationId`, or its service point. */
  readonly locationId?: string;
  readonly locationFrom?: string;
  readonly country?: string;
}

/** A value without a record, and the records that it probably means. */
export interface UnresolvedValue {
  /** Not set if it is a secret. */
  readonly value?: unknown;
  readonly reason: string;
  /** Ids, or values of the field with their ids. */
  readonly nearest: readonly string[];
}

/** How one entry of the rules refers to records. */
export interface ExplainedReference {
  /** `references.0`, or `tracked records` for the entries that always apply. */
  readonly entry: string;
  readonly types: readonly string[];
  readonly kind: Kind;
  readonly required: boolean;
  /** True if the reference is required and no value names a record. */
  readonly unmet?: boolean;
  /** JMESPath on the resource, or the tag of the convention. */
  readonly expression: string;
  /** The field of the record that is looked up, and how it is compared. */
  readonly by: string;
  readonly as?: string;
  /** The value of the expression. Not set if the value is missing, a secret or unknown. */
  readonly value?: unknown;
  readonly valueIs: "known" | "missing" | "secret" | "unknown" | "partly unknown";
  readonly records: readonly ExplainedRecord[];
  readonly unresolved: readonly UnresolvedValue[];
  /** The reason why no record was found. */
  readonly stopped?: string;
}

/** One check of a rule. */
export interface ExplainedCheck {
  readonly rule: RuleName;
  readonly verdict: Verdict;
  /** Both sides of the check, one line. */
  readonly message: string;
  readonly reason?: string;
  readonly kind?: Kind;
  readonly recordId?: string;
  /** The value of the resource and of the record. Not set if they are secret. */
  readonly actual?: unknown;
  readonly expected?: unknown;
  /** The comparator of a `match`. */
  readonly comparator?: string;
}

/** A rule and the source of its severity. */
export interface ExplainedRule {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** The setting that decides the severity. */
  readonly decidedBy: string;
  /** The reason why the rule checks nothing. */
  readonly inactive?: string;
}

/** A finding about the resource, and whether the report shows it. */
export interface ExplainedFinding {
  readonly finding: ReportFinding;
  readonly decidedBy: string;
  readonly result: "reported" | "ignored" | "known";
  /** The ignore entry, or the baseline, that hides it. */
  readonly hiddenBy?: string;
}

/** Why the rules report something about a resource, or nothing. The JSON output of `rules explain`. */
export interface Explanation {
  readonly version: typeof explanationVersion;
  readonly urn: string;
  readonly type: string;
  readonly stack?: string;
  /** True if the stack only reads the resource. */
  readonly external?: boolean;
  readonly rules: string;
  readonly inventory: { readonly endpoint: string; readonly syncedAt: string };
  /** The reason why no entry applies, or why the resource rules are not evaluated. */
  readonly stopped?: string;
  readonly references: readonly ExplainedReference[];
  readonly checks: readonly ExplainedCheck[];
  readonly levels: readonly ExplainedRule[];
  readonly findings: readonly ExplainedFinding[];
}
