import type { LoadedRules } from "../../../policy/config/load-rules.js";
import { UNKNOWN, type Resource } from "../../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../../provider/model/inventory-reader.js";
import { DriftError } from "../../common/errors.js";
import { schemaComment } from "../../common/schema-line.js";
import { safeYaml } from "../../formats/text/safe-yaml.js";
import { isObject } from "../../sources/pulumi/pulumi-state.js";
import type { ExpectedFinding } from "../schema.js";
import { anonymizeTrial } from "./anonymize.js";
import { recordsOf } from "./records.js";
import { outcomeOf, runTrial, runWith, type Trial } from "./trial.js";

/** An anonymized test file. */
export interface WrittenCase {
  readonly yaml: string;
  /** Places of values that could not be replaced. */
  readonly kept: readonly string[];
}

/**
 * Writes an anonymized case of a real resource and the records that its rules read.
 * @throws DriftError if no rule has anything to compare, or if the findings depend on other records
 */
export function writeCase(resource: Resource, inventory: InventoryReader, rules: LoadedRules): WrittenCase {
  const records = recordsOf(resource, inventory, rules.rules);
  const { type, name, component, external, provider } = resource;
  const real: Trial = {
    resource: {
      type,
      name,
      properties: marked(resource.properties) as Record<string, unknown>,
      ...(provider ? { provider: regionIn(provider) } : {}),
      ...(component === undefined ? {} : { component }),
      ...(external === undefined ? {} : { external }),
    },
    records,
  };
  if (outcomeOf(runTrial(real, rules)) !== outcomeOf(runWith(real, rules, inventory)))
    throw new DriftError(`no case can be written of ${name}: its findings depend on records that it does not refer to`);
  const { trial, kept } = anonymizeTrial(real, rules);
  const { findings } = runTrial(trial, rules);
  const expected = findings.map(({ rule, recordId, undecided }): ExpectedFinding => ({
    rule,
    ...(recordId === undefined ? {} : { record: recordId }),
    undecided: undecided === true,
  }));
  const [failure] = runTrial(trial, rules, expected).failures;
  if (failure) throw new DriftError(`no case can be written of ${name}: ${failure.message}`);
  const shown = expected.map(({ undecided, ...rest }) => ({ ...rest, ...(undecided ? { undecided } : {}) }));
  const one = { name: "describe the behaviour", resource: trial.resource, expect: shown.length > 0 ? shown : "none" };
  return { yaml: `#${schemaComment("tests")}\n` + safeYaml({ records: trial.records, cases: [one] }), kept };
}

/** Replaces unknown values by marks. Secrets of a state are unknown, too. */
function marked(value: unknown): unknown {
  if (value === UNKNOWN) return { unknown: true };
  if (Array.isArray(value)) return value.map(marked);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, marked(entry)]));
}

/** Returns the region of a provider: other settings can be credentials. */
function regionIn(provider: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(provider).filter(([key, value]) => key === "region" && value !== UNKNOWN));
}
