import type { EnforcementLevel, PolicyConfigSchema } from "@pulumi/policy";
import { z } from "zod";
import { policyNames, type PolicyName } from "./names.js";
import { listMistakes, unknownKey, validate, type Mistake, type MistakeFile } from "../rules/file/mistakes.js";
import { rulesFileSchema, type RuleName, type RulesFile } from "../rules/file/rules-file.js";
import { unavailableModes, type UnavailableMode } from "./unavailable.js";

/** The configuration of a policy, or of `all`. */
export interface PolicyConfig {
  /** Undefined if only `all` has a level. */
  readonly level: EnforcementLevel | undefined;
  readonly properties: object;
}

const { inService, unique, cover, residency, fresh, ignore } = rulesFileSchema.shape;

const resources = z
  .array(ignore.unwrap().element.omit({ rule: true }))
  .optional()
  .describe("Resources that this policy ignores, with a reason and an end date");

/** Sections of the rules file that `--policy-pack-config` can set for each policy. */
const sections: Readonly<Partial<Record<PolicyName, z.ZodRawShape>>> = {
  "record-in-service": { inService: inService.unwrap().optional() },
  "reference-unique": { unique: unique.unwrap().optional() },
  "inventory-covered": { cover: cover.unwrap().optional() },
  "country-matches-region": { residency },
  "inventory-fresh": { fresh: fresh.unwrap().optional() },
};

const available = z.strictObject({ onUnavailable: z.enum(unavailableModes).optional() });

function schemaFor(name: PolicyName): z.ZodObject {
  if (name === "inventory-available") return available;
  if (name === "unknown-at-preview") return z.strictObject({});
  return z.strictObject({ ...sections[name], ignore: resources });
}

/** Returns the schema of a policy for `--policy-pack-config`, which the engine validates first. */
export function configSchemaOf(name: PolicyName): PolicyConfigSchema {
  const { properties = {} } = z.toJSONSchema(schemaFor(name), { io: "input", target: "draft-7" });
  return { properties: properties as PolicyConfigSchema["properties"] };
}

/**
 * Returns the mistakes in a configuration. The engine silently ignores unknown policies and properties.
 * @param configs the configuration of each policy, and of `all`
 * @param others the names of custom policies of the pack, which check their own properties
 * @param file the file of the configuration, if it is known
 */
export function findConfigError(
  configs: ReadonlyMap<string, PolicyConfig>,
  others: readonly string[],
  file?: MistakeFile,
): string | undefined {
  const mistakes: Mistake[] = [];
  for (const [name, { properties }] of configs) {
    if (others.includes(name)) continue;
    const own = policyNames.find((known) => known === name);
    const schema = own ? schemaFor(own) : name === "all" ? z.strictObject({}) : undefined;
    if (schema === undefined) {
      mistakes.push({ path: [], key: name, message: unknownKey(name, ["all", ...policyNames, ...others]) });
      continue;
    }
    // The engine validates the level and removes it from the properties.
    const result = validate(z.strictObject({ enforcementLevel: z.unknown().optional(), ...schema.shape }), properties);
    if ("mistakes" in result) mistakes.push(...result.mistakes.map((one) => ({ ...one, path: [name, ...one.path] })));
  }
  if (mistakes.length === 0) return undefined;
  return `the configuration of the policy pack is wrong:\n${listMistakes(mistakes, file)}`;
}

/** Returns the rules with the configuration of one policy applied. */
export function rulesFor(name: RuleName, rules: RulesFile, given: object): RulesFile {
  if (Object.keys(given).length === 0) return rules;
  const { ignore: passed = [], ...changed } = schemaFor(name).parse(given) as Partial<RulesFile>;
  return { ...rules, ...changed, ignore: [...rules.ignore, ...passed.map((entry) => ({ ...entry, rule: name }))] };
}

/** Returns the configured mode for an unavailable inventory. */
export function unavailableModeOf(given: object): UnavailableMode | undefined {
  return available.parse(given).onUnavailable;
}
