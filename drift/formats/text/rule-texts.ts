import { rules } from "../../../policy/rules/index.js";
import type { Rule } from "../../../policy/rules/core/types.js";
import { pulumiDrift, type ShownFinding } from "./refreshed.js";

/** The texts about a rule that formats print. */
export type RuleText = Pick<Rule, "title" | "severity" | "remediation" | "inactiveReason"> & {
  readonly name: ShownFinding["rule"];
};

/** All rules of the report in the order of the output; Pulumi's own drift comes last. */
export const ruleTexts: readonly RuleText[] = [
  ...rules,
  {
    name: "ignore-expired",
    title: "Ignore entries have not expired",
    severity: "warning",
    remediation: "Correct the ignored finding, extend the entry, or remove it.",
  },
  {
    name: pulumiDrift,
    title: "Deployed resources are as Pulumi left them",
    severity: "warning",
    remediation: "Accept the change with pulumi refresh, or undo it with pulumi up.",
  },
];
