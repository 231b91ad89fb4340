import type { RulesFile } from "../file/rules-file.js";
import type { Rule } from "./types.js";

/** Returns why a rule has nothing to check with these rules, also if that follows from several entries; undefined if it has. */
export function inactiveReasonOf({ name, inactiveReason }: Rule, rules: RulesFile): string | undefined {
  const own = inactiveReason?.(rules);
  if (own !== undefined || name !== "location-consistent") return own;
  const kinds = new Set(rules.references.map(({ kind }) => kind));
  return kinds.has("location") && kinds.size > 1
    ? undefined
    : "it needs references of the kind location and of another kind";
}
