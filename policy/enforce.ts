import type { EnforcementLevel } from "@pulumi/policy";
import { z } from "zod";
import { levels } from "./levels.js";
import { mistakeIn, rulesFor, unavailableModeOf } from "./pack-config.js";
import { rules as allRules } from "./rules/index.js";
import { severityOf } from "./rules/judge.js";
import { listMistakes, notAmong, validate, type MistakeFile } from "./rules/mistakes.js";
import { RulesFileError, type RuleName, type RulesFile } from "./rules/rules-file.js";
import type { UnavailableMode } from "./unavailable.js";

const level = z.enum(levels);

/** What `--policy-pack-config` takes: a level, or a level and the policy's own settings, for each policy and for `all`. */
const configSchema = z.record(
  z.string(),
  z.union([level, z.looseObject({ enforcementLevel: level.optional() })], { error: ({ input }) => wrongEntry(input) }),
);

function wrongEntry(input: unknown): string {
  const given =
    typeof input === "object" && input !== null ? (input as Record<string, unknown>)["enforcementLevel"] : input;
  return notAmong(given, levels, ", or an object with enforcementLevel and the policy's own settings");
}

interface Given {
  readonly level: EnforcementLevel | undefined;
  readonly properties: object;
}

/** Rules as the configuration of the pack changes them, for what judges by rules alone. */
export interface Enforced {
  readonly rules: RulesFile;
  /** Rules that the pack would mend the resources by; here they are mandatory. */
  readonly remediating: readonly RuleName[];
  readonly onUnavailable: UnavailableMode | undefined;
  /** Rules that are not asked, though these rules give them something to check. */
  readonly disabled: readonly RuleName[];
  /** What disables them. */
  readonly disabledBy: string;
  /** Whether what cannot be known yet is told. */
  readonly tellsUndecided: boolean;
}

/**
 * Rules with the levels of a configuration of the policy pack: `mandatory` and `remediate` are errors, `advisory` is none,
 * `disabled` rules are named.
 * @param source what messages call the configuration
 * @param file where the configuration stands, if it comes from a file
 * @throws RulesFileError
 */
export function enforce(rules: RulesFile, configuration: unknown, source: string, file?: MistakeFile): Enforced {
  const given = entriesOf(configuration, source, file);
  const all = given.get("all")?.level;
  const remediating: RuleName[] = [];
  const disabled: RuleName[] = [];
  let made = rules;
  for (const rule of allRules) {
    const own = given.get(rule.name);
    if (own) made = rulesFor(rule.name, made, own.properties);
    const chosen = own?.level ?? all;
    if (chosen === "remediate") remediating.push(rule.name);
    if (chosen === "disabled") {
      if (rule.off?.(made) === undefined) disabled.push(rule.name);
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
    tellsUndecided: given.get("decided-at-update")?.level !== "disabled",
  };
}

function entriesOf(configuration: unknown, source: string, file: MistakeFile | undefined): ReadonlyMap<string, Given> {
  const parsed = validate(configSchema, configuration);
  if ("mistakes" in parsed)
    throw new RulesFileError(
      `${source} is not a configuration of the policy pack:\n${listMistakes(parsed.mistakes, file)}`,
    );
  const given = new Map(
    Object.entries(parsed.data).map(([name, entry]): [string, Given] => {
      if (typeof entry === "string") return [name, { level: entry, properties: {} }];
      const { enforcementLevel, ...properties } = entry;
      return [name, { level: enforcementLevel, properties }];
    }),
  );
  const mistake = mistakeIn(new Map([...given].map(([name, { properties }]) => [name, properties])), [], file);
  if (mistake !== undefined) throw new RulesFileError(`${source}: ${mistake}`);
  return given;
}
