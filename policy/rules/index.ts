import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import { attributesMatch } from "./attributes-match.js";
import { recordExists } from "./record-exists.js";
import { referenceRequired } from "./reference-required.js";
import type { RulesFile } from "./rules-file.js";
import type { Finding, Resource, Rule, RuleContext, RuleFinding, Severity } from "./types.js";
import { fits } from "./wildcard.js";

/** All rules. */
export const rules: readonly Rule[] = [recordExists, referenceRequired, attributesMatch];

/** The severity of a rule: the rules file's, else its own. */
export function severityOf(rule: Rule, rulesFile: RulesFile): Severity {
  return rulesFile.severity[rule.name] ?? rule.severity;
}

/** Stacks and providers are Pulumi's own: no record stands for one. */
function isJudged(resource: Resource): boolean {
  return resource.type !== "pulumi:pulumi:Stack" && !resource.type.startsWith("pulumi:providers:");
}

function isIgnored(rule: Rule, resource: Resource, rulesFile: RulesFile, now: Date): boolean {
  return rulesFile.ignore.some(
    (entry) =>
      fits(entry.rule, rule.name) &&
      fits(entry.resource, resource.urn) &&
      (entry.until === undefined || now < endOf(entry.until)),
  );
}

/** A date alone holds to its end. */
function endOf(until: string): Date {
  return new Date(until.length === 10 ? `${until}T23:59:59.999Z` : until);
}

/** What could not be checked is a finding, not a pass. */
function check(rule: Rule, context: RuleContext): RuleFinding[] {
  try {
    return rule.check(context);
  } catch (error) {
    if (!(error instanceof KindUnavailableError)) throw error;
    return [{ message: `${context.resource.name} could not be checked: ${error.message}` }];
  }
}

/** What these rules find in one resource. */
export function judge(
  resource: Resource,
  inventory: InventoryReader,
  rulesFile: RulesFile,
  chosen: readonly Rule[] = rules,
): Finding[] {
  if (!isJudged(resource)) return [];
  const now = new Date();
  return chosen
    .filter((rule) => !isIgnored(rule, resource, rulesFile, now))
    .flatMap((rule) =>
      check(rule, { resource, inventory, rules: rulesFile }).map((finding) => ({
        rule: rule.name,
        severity: severityOf(rule, rulesFile),
        urn: resource.urn,
        type: resource.type,
        ...finding,
      })),
    );
}

/** What all rules find in these resources, in their order. */
export function evaluate(resources: Iterable<Resource>, inventory: InventoryReader, rulesFile: RulesFile): Finding[] {
  return [...resources].flatMap((resource) => judge(resource, inventory, rulesFile));
}
