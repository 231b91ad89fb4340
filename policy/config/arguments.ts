import type { EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { listMistakes, validate } from "../rules/file/mistakes.js";
import type { RulesInput } from "../rules/file/rules-file.js";
import { levels, type Levels } from "./levels.js";
import { PackConfigError } from "./pack-config-error.js";
import { argumentOf, policyNames, type PolicyArgument } from "./names.js";
import { unavailableModes, type UnavailableMode } from "./unavailable.js";

/** Enforcement levels and rules of the pack. Default of a level: the severity in the rules file. */
export interface OrangeCmdbPolicyPackArgs extends Levels {
  /** Level of all rules without their own level. */
  readonly all?: EnforcementLevel;
  /** Rules, or the path of a rules file. Default: `ORANGE_CMDB_RULES`, else `cmdb.rules.yaml`, else tags and labels. */
  readonly rules?: RulesInput | string;
  /** Mode for an unavailable inventory. Default: `fail`. */
  readonly onUnavailable?: UnavailableMode;
  /** Custom policies, such as those of `inventoryPolicy`. */
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

/** Validates the arguments. @throws PackConfigError with each wrong argument and the allowed values */
export function checkArguments(args: OrangeCmdbPolicyPackArgs): void {
  const result = validate(schema, args);
  if ("mistakes" in result)
    throw new PackConfigError(
      `the arguments of new OrangeCmdbPolicyPack(…) are wrong:\n${listMistakes(result.mistakes)}`,
    );
}
