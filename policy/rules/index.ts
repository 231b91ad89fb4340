import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { attributesMatch } from "./attributes-match.js";
import { countryMatchesRegion } from "./country-matches-region.js";
import { fieldsOf } from "./file/fields.js";
import { inventoryCovered } from "./inventory-covered.js";
import { isIgnored } from "./core/ignored.js";
import { inventoryFresh } from "./inventory-fresh.js";
import { evaluateResource, evaluateStack, undecidedOf } from "./core/evaluate.js";
import { locationConsistent } from "./location-consistent.js";
import { Lookup } from "./core/lookup.js";
import { recordExists } from "./record-exists.js";
import { recordInService } from "./record-in-service.js";
import { referenceRequired } from "./reference-required.js";
import { referenceUnique } from "./reference-unique.js";
import { resolveReferences } from "./core/references.js";
import type { RulesFile } from "./file/rules-file.js";
import { viewOf } from "./core/stack-view.js";
import type {
  Finding,
  ResolvedResource,
  ResourceContext,
  ResourceRule,
  Rule,
  StackRule,
  StackView,
} from "./core/types.js";
import type { Resource } from "./resource/resource.js";

/** All rules. */
export const rules: readonly Rule[] = [
  recordExists,
  referenceRequired,
  recordInService,
  attributesMatch,
  locationConsistent,
  countryMatchesRegion,
  referenceUnique,
  inventoryCovered,
  inventoryFresh,
];

const resourceRules = rules.filter((rule): rule is ResourceRule => rule.scope === "resource");
/** The rules of a whole stack. */
export const stackRules = rules.filter((rule): rule is StackRule => rule.scope === "stack");

/** Findings of all rules, and the resources with their resolved references. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  readonly resources: readonly ResolvedResource[];
}

/**
 * Evaluates the resource rules for one resource and adds their findings to `into`.
 * @param apart ignore entries that are applied later: undecided findings that match one are combined separately from the others
 */
export function evaluateOne(
  context: ResourceContext,
  now: Date,
  into: Finding[],
  apart: RulesFile["ignore"] = noEntries,
): void {
  let found: readonly Finding[] = [];
  for (const rule of resourceRules) {
    const more = evaluateResource(rule, context, now);
    if (more.length > 0) found = [...found, ...more];
  }
  if (found.length === 0) return;
  for (const finding of found) if (!finding.undecided) into.push(finding);
  const { name, unknownReason, urn } = context.resource;
  const isApart = ({ rule }: Finding): boolean => isIgnored(rule, urn, { ignore: apart }, now);
  const groups = apart.length === 0 ? [found] : [found.filter((one) => !isApart(one)), found.filter(isApart)];
  for (const findings of groups) {
    const open = undecidedOf(name, unknownReason, findings);
    if (open) into.push(open);
  }
}

const noEntries: RulesFile["ignore"] = [];

/** Evaluates the resource rules for each resource, in order. `apart` is as in {@link evaluateOne}. */
export function evaluateEach(
  resources: readonly Resource[],
  lookup: Lookup,
  rulesFile: RulesFile,
  now: Date,
  apart?: RulesFile["ignore"],
): Evaluation {
  const findings: Finding[] = [];
  const referring = resources.map((resource) => {
    const one = resolveReferences(resource, rulesFile, lookup);
    const { references, propertiesOmitted } = one;
    evaluateOne({ resource, references, propertiesOmitted, lookup, rules: rulesFile }, now, findings, apart);
    return one;
  });
  return { findings, resources: referring };
}

/** The evaluation of one stack, and what its rules read. */
export interface StackEvaluation extends Evaluation {
  readonly lookup: Lookup;
  readonly stack: StackView;
}

/** Creates the look-up for an evaluation of these rules. @param expected the number of resources to evaluate */
export function lookupFor(inventory: InventoryReader, rulesFile: RulesFile, expected: number): Lookup {
  return new Lookup(inventory, { expected, fields: (kind) => fieldsOf(kind, rulesFile) });
}

/** Evaluates all rules: the resource rules for each resource, then the stack rules for all resources as one stack. */
export function evaluate(
  resources: readonly Resource[],
  inventory: InventoryReader,
  rulesFile: RulesFile,
  now = new Date(),
): StackEvaluation {
  const lookup = lookupFor(inventory, rulesFile, resources.length);
  const each = evaluateEach(resources, lookup, rulesFile, now);
  const stack = viewOf(each.resources, lookup, rulesFile);
  const whole = stackRules.flatMap((rule) => evaluateStack(rule, { stack, rules: rulesFile, now }));
  return { findings: [...each.findings, ...whole], resources: each.resources, lookup, stack };
}
