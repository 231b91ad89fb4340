import type { InventoryReader } from "../../provider/inventory/inventory.js";
import { attributesMatch } from "./attributes-match.js";
import { countryMatchesRegion } from "./country-matches-region.js";
import { inventoryCovered } from "./inventory-covered.js";
import { inventoryFresh } from "./inventory-fresh.js";
import { judgeResource, judgeStack, undecidedOf } from "./judge.js";
import { locationConsistent } from "./location-consistent.js";
import { Lookup } from "./lookup.js";
import { recordExists } from "./record-exists.js";
import { recordInService } from "./record-in-service.js";
import { referenceRequired } from "./reference-required.js";
import { referenceUnique } from "./reference-unique.js";
import { refer } from "./references.js";
import type { RulesFile } from "./rules-file.js";
import type { Finding, Referring, Resource, ResourceRule, Rule, StackRule } from "./types.js";

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
const stackRules = rules.filter((rule): rule is StackRule => rule.scope === "stack");

/** What all rules find, and the references that they were judged by. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  readonly resources: readonly Referring[];
}

function* findingsOf(referring: Referring, lookup: Lookup, rulesFile: RulesFile, now: Date): Iterable<Finding> {
  const context = { ...referring, lookup, rules: rulesFile };
  const found = resourceRules.flatMap((rule) => judgeResource(rule, context, now));
  if (found.length === 0) return;
  for (const { undecided: _undecided, ...finding } of found) if (!finding.decidedAtUpdate) yield finding;
  const open = undecidedOf(referring.resource.name, referring.resource.notKnown, found);
  if (open) yield open;
}

/** Judges these resources by all rules: each by itself, in their order, then all of them as one stack. */
export function evaluate(
  resources: readonly Resource[],
  inventory: InventoryReader,
  rulesFile: RulesFile,
  now = new Date(),
): Evaluation {
  const lookup = new Lookup(inventory, resources.length);
  const referring = resources.map((resource) => refer(resource, rulesFile, lookup));
  const findings: Finding[] = [];
  for (const one of referring) findings.push(...findingsOf(one, lookup, rulesFile, now));
  for (const rule of stackRules)
    findings.push(...judgeStack(rule, { resources: referring, lookup, rules: rulesFile, now }));
  return { findings, resources: referring };
}
