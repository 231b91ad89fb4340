import { inventorySubject, type FindingDraft } from "../report/fingerprint.js";
import { stackRules } from "../../policy/rules/index.js";
import { inventoryFresh } from "../../policy/rules/inventory-fresh.js";
import { evaluateStack, stackOf } from "../../policy/rules/core/evaluate.js";
import { withoutIgnore } from "../../policy/rules/file/rules-file.js";
import type { Finding, StackView } from "../../policy/rules/core/types.js";
import { KindUnavailableError } from "../../provider/model/inventory-reader.js";
import type { ResourceReferences } from "./stack-evaluator.js";
import { stackNameOf } from "../common/stack-name.js";
import { toReferring } from "./reference-index.js";
import type { Report } from "../report/schema.js";

/**
 * Evaluates the stack rules over all stacks together. They read only data of a report, so merged parts give the same findings.
 * @param isPart whether these are only some of the stacks: then only the age of the inventory is checked
 */
export function stackFindings(
  claims: readonly ResourceReferences[],
  { inventory, coverage, rules: given, stacks }: Pick<Report, "inventory" | "coverage" | "rules" | "stacks">,
  now: Date,
  isPart = false,
): FindingDraft[] {
  const rules = withoutIgnore(given);
  const resources = toReferring(claims, stacks.length > 1);
  const stack: StackView = {
    resources,
    inventory,
    recordsToCover: (index) => {
      const kind = rules.cover[index]?.kind;
      const why = kind && inventory.unavailable[kind];
      if (why !== undefined) throw new KindUnavailableError(why);
      return coverage.filter(({ expected }) => expected?.includes(index)).map(({ recordId }) => recordId);
    },
  };
  const only = stacks.length === 1 ? stacks[0] : undefined;
  const root = stackOf(resources[0]?.resource.urn ?? "");
  const isStack = only !== undefined && root !== "";
  return (isPart ? [inventoryFresh] : stackRules).flatMap((rule) =>
    evaluateStack(rule, { stack, rules, now }, isStack ? root : inventorySubject.urn).map((finding) =>
      finding.urn === inventorySubject.urn
        ? { ...finding, type: inventorySubject.type, ...(only ? { stack: only.name } : {}) }
        : { ...finding, ...stackOfFinding(finding, only?.name) },
    ),
  );
}

function stackOfFinding({ urn }: Finding, only: string | undefined): { stack?: string } {
  const stack = only ?? stackNameOf(urn);
  return stack === undefined ? {} : { stack };
}
