import { ruleNames, type RuleName } from "./rules/rules-file.js";

/** The policies that are no rules: that the inventory could be had, and what a preview cannot know. */
export const packPolicies = ["inventory-available", "decided-at-update"] as const;

/** The name of a policy of the pack. */
export type PolicyName = RuleName | (typeof packPolicies)[number];

/** All policies of the pack. */
export const policyNames: readonly PolicyName[] = [...ruleNames, ...packPolicies];

type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;

/** The name of a policy as an argument: `record-exists` is `recordExists`. */
export type PolicyArgument = Camel<PolicyName>;

/** `record-exists` is `recordExists`. */
export function argumentOf(name: PolicyName): PolicyArgument {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as PolicyArgument;
}
