/** The names of all rules. */
export const ruleNames = [
  "record-exists",
  "reference-required",
  "record-in-service",
  "attributes-match",
  "location-consistent",
  "country-matches-region",
  "reference-unique",
  "inventory-covered",
  "inventory-fresh",
] as const;
/** The name of a rule. */
export type RuleName = (typeof ruleNames)[number];
