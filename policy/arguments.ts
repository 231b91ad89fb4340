import type { EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { listMistakes, validate } from "./rules/mistakes.js";
import type { RulesInput } from "./rules/rules-file.js";
import { levels, type Levels } from "./levels.js";
import { PackMistake } from "./mistake.js";
import { argumentOf, policyNames, type PolicyArgument } from "./names.js";
import { unavailableModes, type UnavailableMode } from "./unavailable.js";

/** How strictly each policy is enforced, and by which rules; what is left out follows the rules file's severities. */
export interface OrangeCmdbPolicyPackArgs extends Levels {
  /** Every rule that is not named. */
  readonly all?: EnforcementLevel;
  /** The rules themselves, or the path of a rules file. Default: found as the documentation says. */
  readonly rules?: RulesInput | string;
  /** What happens where the inventory cannot be had. Default: `fail`. */
  readonly onUnavailable?: UnavailableMode;
  /** Policies of one's own beside those of the pack, such as `inventoryPolicy` makes. */
  readonly policies?: readonly (ResourceValidationPolicy | StackValidationPolicy)[];
  /** The name of the pack. Default: `orange-cmdb`. */
  readonly name?: string;
}

const level = z.enum(levels).optional();
const names = ["all", ...policyNames.map(argumentOf)] as const;

const schema = z.strictObject({
  ...(Object.fromEntries(names.map((name) => [name, level])) as Record<PolicyArgument | "all", typeof level>),
  rules: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())], {
      error: "must be rules, or the path of a rules file",
    })
    .optional(),
  onUnavailable: z.enum(unavailableModes).optional(),
  policies: z.array(z.custom<object>((value) => typeof value === "object" && value !== null)).optional(),
  name: z.string().min(1).optional(),
});

/** @throws PackMistake that names each wrong argument and what is allowed */
export function checkArguments(args: OrangeCmdbPolicyPackArgs): void {
  const result = validate(schema, args);
  if ("mistakes" in result)
    throw new PackMistake(`the arguments of new OrangeCmdbPolicyPack(…) are wrong:\n${listMistakes(result.mistakes)}`);
}
