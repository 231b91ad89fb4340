import { ruleNames, type RuleName } from "../rules/file/rules-file.js";
import { camelCase } from "../../provider/platform/case.js";

/** The policies that are not rules. */
export const packPolicies = ["inventory-available", "unknown-at-preview"] as const;

/** The name of a policy of the pack. */
export type PolicyName = RuleName | (typeof packPolicies)[number];

/** All policies of the pack. */
export const policyNames: readonly PolicyName[] = [...ruleNames, ...packPolicies];

type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;

/** The name of a policy as an argument: `recordExists` for `record-exists`. */
export type PolicyArgument = Camel<PolicyName>;

/** Returns the argument of a policy: `recordExists` for `record-exists`. */
export function argumentOf(name: PolicyName): PolicyArgument {
  return camelCase(name) as PolicyArgument;
}
