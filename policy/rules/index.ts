import type { InventoryReader } from "../../provider/inventory/inventory.js";
import { attributesMatch } from "./attributes-match.js";
import { countryMatchesRegion } from "./country-matches-region.js";
import { fieldsOf } from "./fields.js";
import { inventoryCovered } from "./inventory-covered.js";
import { isIgnored } from "./ignored.js";
import { inventoryFresh } from "./inventory-fresh.js";
import { judgeResource, judgeStack, undecidedOf, type Undecided } from "./judge.js";
import { locationConsistent } from "./location-consistent.js";
import { Lookup } from "./lookup.js";
import { recordExists } from "./record-exists.js";
import { recordInService } from "./record-in-service.js";
import { referenceRequired } from "./reference-required.js";
import { referenceUnique } from "./reference-unique.js";
import { refer } from "./references.js";
import type { RulesFile } from "./rules-file.js";
import type { Finding, Referring, Resource, ResourceContext, ResourceRule, Rule, StackRule } from "./types.js";

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

/** What all rules find, and the references that they were judged by. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  readonly resources: readonly Referring[];
}

/**
 * What the rules of one resource find in it.
 * @param apart entries by which findings are passed over later on: what they fit is told in one finding with nothing else
 */
export function judgeOne(
  context: ResourceContext,
  now: Date,
  into: Finding[],
  apart: RulesFile["ignore"] = noEntries,
): void {
  let found: readonly Undecided[] = [];
  for (const rule of resourceRules) {
    const more = judgeResource(rule, context, now);
    if (more.length > 0) found = [...found, ...more];
  }
  if (found.length === 0) return;
  for (const { undecided: _undecided, ...finding } of found) if (!finding.decidedAtUpdate) into.push(finding);
  const { name, notKnown, urn } = context.resource;
  const isApart = ({ rule }: Finding): boolean => isIgnored(rule, urn, { ignore: apart }, now);
  const told = apart.length === 0 ? [found] : [found.filter((one) => !isApart(one)), found.filter(isApart)];
  for (const findings of told) {
    const open = undecidedOf(name, notKnown, findings);
    if (open) into.push(open);
  }
}

const noEntries: RulesFile["ignore"] = [];

/** Judges these resources each by itself, in their order; `apart` as for {@link judgeOne}. */
export function judgeEach(
  resources: readonly Resource[],
  lookup: Lookup,
  rulesFile: RulesFile,
  now: Date,
  apart?: RulesFile["ignore"],
): Evaluation {
  const findings: Finding[] = [];
  const referring = resources.map((resource) => {
    const one = refer(resource, rulesFile, lookup);
    const { references, withheld } = one;
    judgeOne({ resource, references, withheld, lookup, rules: rulesFile }, now, findings, apart);
    return one;
  });
  return { findings, resources: referring };
}

/** A look-up for these rules, of which it is known how many resources they will judge. */
export function lookupFor(inventory: InventoryReader, rulesFile: RulesFile, expected: number): Lookup {
  return new Lookup(inventory, { expected, fields: (kind) => fieldsOf(kind, rulesFile) });
}

/** Judges these resources by all rules: each by itself, then all of them as one stack. */
export function evaluate(
  resources: readonly Resource[],
  inventory: InventoryReader,
  rulesFile: RulesFile,
  now = new Date(),
): Evaluation {
  const lookup = lookupFor(inventory, rulesFile, resources.length);
  const each = judgeEach(resources, lookup, rulesFile, now);
  const whole = stackRules.flatMap((rule) =>
    judgeStack(rule, { resources: each.resources, lookup, rules: rulesFile, now }),
  );
  return { findings: [...each.findings, ...whole], resources: each.resources };
}
