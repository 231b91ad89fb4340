import { rules } from "../../policy/rules/index.js";
import type { ReportFinding } from "../report/schema.js";

/** What is said of a rule. */
export interface RuleText {
  readonly name: ReportFinding["rule"];
  readonly title: string;
  readonly severity: ReportFinding["severity"];
  readonly cure: string;
}

/** All rules of the report, in the order in which they are told. */
export const ruleTexts: readonly RuleText[] = [
  ...rules,
  {
    name: "ignore-expired",
    title: "No entry of the ignore file is over",
    severity: "warning",
    cure: "Mend what the entry passed over, give it another end, or take it out.",
  },
];
