import { rules } from "../../policy/rules/index.js";
import type { Report, ReportFinding } from "../report/schema.js";
import { pulumiDrift, type ShownFinding } from "./refreshed.js";

/** What is said of a rule. */
export interface RuleText {
  readonly name: ShownFinding["rule"];
  readonly title: string;
  readonly severity: ReportFinding["severity"];
  readonly cure: string;
  /** Why the rules turn it off; undefined if they do not. */
  off?(rules: Report["rules"]): string | undefined;
}

/** All rules of the report, in the order in which they are told; Pulumi's own drift, which is no rule of it, comes last. */
export const ruleTexts: readonly RuleText[] = [
  ...rules,
  {
    name: "ignore-expired",
    title: "No ignore entry is over",
    severity: "warning",
    cure: "Mend what the entry passed over, give it another end, or take it out.",
  },
  {
    name: pulumiDrift,
    title: "Deployed resources are as Pulumi left them",
    severity: "warning",
    cure: "Take the change over with pulumi refresh, or undo it with pulumi up.",
  },
];
