import type { EnforcementLevel } from "@pulumi/policy";
import { severityOf } from "../rules/core/evaluate.js";
import type { RuleName, RulesFile } from "../rules/file/rules-file.js";
import type { Rule } from "../rules/core/types.js";
import { argumentOf, type PolicyArgument } from "./names.js";

/** The enforcement levels of Pulumi. */
export const levels = ["advisory", "mandatory", "remediate", "disabled"] as const satisfies readonly EnforcementLevel[];

/** Enforcement levels: of all rules (`all`), and of each policy. */
export type Levels = Readonly<Partial<Record<PolicyArgument | "all", EnforcementLevel>>>;

/** Rules that only `references` enables. The configuration of the pack cannot change `references`. */
const byReferences: ReadonlySet<RuleName> = new Set(["attributes-match", "reference-required"]);

/** Returns whether a rule has nothing to check. It is then disabled, so that the engine does not call it for every resource. */
function isIdle(rule: Rule, rules: RulesFile): boolean {
  return byReferences.has(rule.name) && rule.inactiveReason?.(rules) !== undefined;
}

/** Returns the level: the argument of the rule, else `all`, else by the severity of the rules file, else by that of the rule. */
export function levelOf(rule: Rule, rules: RulesFile, args: Levels): EnforcementLevel {
  if (isIdle(rule, rules)) return "disabled";
  const bySeverity = severityOf(rule, rules) === "error" ? "mandatory" : "advisory";
  return args[argumentOf(rule.name)] ?? args.all ?? bySeverity;
}
