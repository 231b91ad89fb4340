import type { PolicyConfigSchema } from "@pulumi/policy";
import { z } from "zod";
import { policyNames, type PolicyName } from "./names.js";
import { listMistakes, unknownKey, validate, type Mistake, type MistakeFile } from "./rules/mistakes.js";
import { rulesFileSchema, type RuleName, type RulesFile } from "./rules/rules-file.js";
import { unavailableModes, type UnavailableMode } from "./unavailable.js";

const { inService, unique, cover, residency, fresh, ignore } = rulesFileSchema.shape;

const resources = z
  .array(ignore.unwrap().element.omit({ rule: true }))
  .optional()
  .describe("Resources that this policy passes over, with a reason and an end date");

/** The part of a rules file that each policy may be given by `--policy-pack-config`, under the same name. */
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
  if (name === "decided-at-update") return z.strictObject({});
  return z.strictObject({ ...sections[name], ignore: resources });
}

/** What `--policy-pack-config` may say of a policy, for the engine to check before anything runs. */
export function configSchemaOf(name: PolicyName): PolicyConfigSchema {
  const { properties = {} } = z.toJSONSchema(schemaFor(name), { io: "input", target: "draft-7" });
  return { properties: properties as PolicyConfigSchema["properties"] };
}

/**
 * Looks for mistakes before anything is judged: the engine passes over a policy or a property that there is not, as if
 * it had been enforced.
 * @param given the properties of each policy, and of `all`
 * @param others the names of the pack's further policies, whose properties are theirs to check
 * @param file where the configuration stands, if it is known
 */
export function mistakeIn(
  given: ReadonlyMap<string, object>,
  others: readonly string[],
  file?: MistakeFile,
): string | undefined {
  const mistakes: Mistake[] = [];
  for (const [name, properties] of given) {
    if (others.includes(name)) continue;
    const own = policyNames.find((known) => known === name);
    const schema = own ? schemaFor(own) : name === "all" ? z.strictObject({}) : undefined;
    if (schema === undefined) {
      mistakes.push({ path: [], key: name, message: unknownKey(name, ["all", ...policyNames, ...others]) });
      continue;
    }
    // What it names is known to the engine, which has taken the level out of the properties.
    const result = validate(z.strictObject({ enforcementLevel: z.unknown().optional(), ...schema.shape }), properties);
    if ("mistakes" in result) mistakes.push(...result.mistakes.map((one) => ({ ...one, path: [name, ...one.path] })));
  }
  if (mistakes.length === 0) return undefined;
  return `the configuration of the policy pack is wrong:\n${listMistakes(mistakes, file)}`;
}

/** The rules as this policy's own configuration changes them. */
export function rulesFor(name: RuleName, rules: RulesFile, given: object): RulesFile {
  if (Object.keys(given).length === 0) return rules;
  const { ignore: passed = [], ...changed } = schemaFor(name).parse(given) as Partial<RulesFile>;
  return { ...rules, ...changed, ignore: [...rules.ignore, ...passed.map((entry) => ({ ...entry, rule: name }))] };
}

/** What is configured to happen where the inventory cannot be had. */
export function unavailableModeOf(given: object): UnavailableMode | undefined {
  return available.parse(given).onUnavailable;
}
