import type { EnforcementLevel } from "@pulumi/policy";
import { z } from "zod";
import { levels } from "./levels.js";
import { findConfigError, rulesFor, unavailableModeOf, type PolicyConfig } from "./pack-config.js";
import { rules as allRules } from "../rules/index.js";
import { severityOf } from "../rules/core/evaluate.js";
import { listMistakes, notAmong, validate, type MistakeFile } from "../rules/file/mistakes.js";
import { RulesFileError, type RuleName, type RulesFile } from "../rules/file/rules-file.js";
import type { UnavailableMode } from "./unavailable.js";

const level = z.enum(levels);

/** The content of `--policy-pack-config`: for each policy and for `all`, a level or an object of level and settings. */
const configSchema = z.record(
  z.string(),
  z.union([level, z.looseObject({ enforcementLevel: level.optional() })], { error: ({ input }) => wrongEntry(input) }),
);

function wrongEntry(input: unknown): string {
  const given =
    typeof input === "object" && input !== null ? (input as Record<string, unknown>)["enforcementLevel"] : input;
  return notAmong(given, levels, ", or an object with enforcementLevel and the policy's own settings");
}

/** Rules with the configuration of the pack applied, for commands that evaluate rules without a pack. */
export interface EffectiveRules {
  readonly rules: RulesFile;
  /** Rules that the pack enforces as `remediate`. Here they are mandatory. */
  readonly remediating: readonly RuleName[];
  readonly onUnavailable: UnavailableMode | undefined;
  /** Rules that are disabled although they have something to check. */
  readonly disabled: readonly RuleName[];
  /** The name of the configuration that disables them. */
  readonly disabledBy: string;
  /** Whether findings that a preview cannot decide are reported. */
  readonly reportUndecided: boolean;
  /** The level of each rule that the configuration sets, and the entry that sets it: the rule's own, or `all`. */
  readonly levels: ReadonlyMap<RuleName, { readonly level: EnforcementLevel; readonly entry: string }>;
}

/**
 * Applies a configuration of the policy pack to rules. `mandatory` and `remediate` become errors, `advisory` becomes at most a
 * warning. Disabled rules are listed in the result.
 * @param source the name of the configuration in messages
 * @param file the file of the configuration, if any
 * @throws RulesFileError
 */
export function applyConfig(
  rules: RulesFile,
  configuration: unknown,
  source: string,
  file?: MistakeFile,
): EffectiveRules {
  const given = entriesOf(configuration, source, file);
  const all = given.get("all")?.level;
  const remediating: RuleName[] = [];
  const disabled: RuleName[] = [];
  const chosenLevels = new Map<RuleName, { level: EnforcementLevel; entry: string }>();
  let made = rules;
  for (const rule of allRules) {
    const own = given.get(rule.name);
    if (own) made = rulesFor(rule.name, made, own.properties);
    const chosen = own?.level ?? all;
    if (chosen !== undefined) chosenLevels.set(rule.name, { level: chosen, entry: own?.level ? rule.name : "all" });
    if (chosen === "remediate") remediating.push(rule.name);
    if (chosen === "disabled") {
      if (rule.inactiveReason?.(made) === undefined) disabled.push(rule.name);
    } else if (chosen !== undefined) {
      const severity = severityOf(rule, rules);
      const levelled = chosen !== "advisory" ? "error" : severity === "error" ? "warning" : severity;
      made = { ...made, severity: { ...made.severity, [rule.name]: levelled } };
    }
  }
  const available = given.get("inventory-available");
  return {
    rules: made,
    remediating,
    disabled,
    disabledBy: source,
    onUnavailable:
      unavailableModeOf(available?.properties ?? {}) ?? (available?.level === "advisory" ? "warn" : undefined),
    levels: chosenLevels,
    reportUndecided: given.get("unknown-at-preview")?.level !== "disabled",
  };
}

function entriesOf(
  configuration: unknown,
  source: string,
  file: MistakeFile | undefined,
): ReadonlyMap<string, PolicyConfig> {
  const parsed = validate(configSchema, configuration);
  if ("mistakes" in parsed)
    throw new RulesFileError(
      `${source} is not a configuration of the policy pack:\n${listMistakes(parsed.mistakes, file)}`,
    );
  const given = new Map(
    Object.entries(parsed.data).map(([name, entry]): [string, PolicyConfig] => {
      if (typeof entry === "string") return [name, { level: entry, properties: {} }];
      const { enforcementLevel, ...properties } = entry;
      return [name, { level: enforcementLevel, properties }];
    }),
  );
  const mistake = findConfigError(given, [], file);
  if (mistake !== undefined) throw new RulesFileError(`${source}: ${mistake}`);
  return given;
}
