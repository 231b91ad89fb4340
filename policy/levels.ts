import type { EnforcementLevel } from "@pulumi/policy";
import { severityOf } from "./rules/judge.js";
import type { RuleName, RulesFile } from "./rules/rules-file.js";
import type { Rule } from "./rules/types.js";
import { argumentOf, type PolicyArgument } from "./names.js";

/** The enforcement levels that Pulumi knows. */
export const levels = ["advisory", "mandatory", "remediate", "disabled"] as const satisfies readonly EnforcementLevel[];

/** How strictly the policies are enforced: `all`, and each by name. */
export type Levels = Readonly<Partial<Record<PolicyArgument | "all", EnforcementLevel>>>;

/** Rules that the references alone switch on, which no configuration of the pack changes. */
const byReferences: ReadonlySet<RuleName> = new Set(["attributes-match", "reference-required"]);

/** A rule with nothing to check is disabled, so that the engine does not ask it about every resource. */
function isIdle(rule: Rule, rules: RulesFile): boolean {
  return byReferences.has(rule.name) && rule.off?.(rules) !== undefined;
}

/** A rule's own argument › `all` › the rules file's severity › the rule's own. */
export function levelOf(rule: Rule, rules: RulesFile, args: Levels): EnforcementLevel {
  if (isIdle(rule, rules)) return "disabled";
  const bySeverity = severityOf(rule, rules) === "error" ? "mandatory" : "advisory";
  return args[argumentOf(rule.name)] ?? args.all ?? bySeverity;
}
