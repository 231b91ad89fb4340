import { evaluateEach, lookupFor, stackRules } from "../../policy/rules/index.js";
import { evaluateStack } from "../../policy/rules/core/evaluate.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { correctStatuses } from "../../policy/rules/core/misspelt-status.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { rulesFileSchema } from "../../policy/rules/file/rules-file.js";
import { summarizeList } from "../../policy/rules/core/show.js";
import { viewOf } from "../../policy/rules/core/stack-view.js";
import type { FoundReference, Finding, ResolvedResource, ResourceContext } from "../../policy/rules/core/types.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import type { EffectiveRules } from "../../policy/config/effective-rules.js";
import type { Plan } from "../sources/plan.js";
import { TerraformFiles } from "../sources/terraform/terraform-files.js";
import { assemble, type ReportOptions } from "./assemble.js";
import { type FindingDraft, inventorySubject } from "../report/fingerprint.js";
import { notesOf, statusNotes } from "./notes.js";
import { keptInventory, type ReportInventory } from "./records.js";
import { originNotes, type RulesOrigin } from "../report/rules-origin.js";
import type { Report, ReportNote } from "../report/schema.js";

/**
 * Evaluates a plan with the rules of the policy pack. Findings contain no sensitive values. The report has no coverage, because
 * a plan is only a part of the deployed resources.
 * @param options `folder` is the folder of the configuration, for the positions of findings
 * @throws DriftError if the inventory has no records to compare with
 */
export function checkPlan(
  plan: Plan,
  inventory: ReportInventory,
  enforced: EffectiveRules,
  options: Pick<ReportOptions, "generator" | "now" | "ignore"> & {
    readonly folder: string;
    readonly rulesOrigin?: RulesOrigin;
    /** Called with each resource; `leftOut` are those that only stack rules read, because the plan omits them. */
    readonly onResource?: (context: ResourceContext, leftOut: boolean) => void;
  },
): Report {
  const { reportUndecided, disabled } = enforced;
  // The report applies and counts the ignore entries of the rules, so evaluation has none; disabled rules do not run.
  const off = disabled.map((rule) => ({ rule, resource: "*", reason: "disabled" }));
  const { rules, misspelt } = correctStatuses({ ...enforced.rules, ignore: off }, inventory);
  const kept = keptInventory(inventory);
  const lookup = lookupFor(inventory, rules, plan.resources.length);
  const { findings, resources: referring } = evaluateEach(
    plan.resources,
    lookup,
    rules,
    options.now,
    enforced.rules.ignore,
  );
  const rest = [
    ...plan.unchanged.map((resource) => resolveReferences(resource, rules, lookup)),
    ...(plan.leftOut ? withheld(plan, plan.leftOut.resources, rules, lookup) : []),
  ];
  const all = [...referring, ...rest];
  if (options.onResource)
    for (const [index, one] of all.entries()) options.onResource({ ...one, lookup, rules }, index >= referring.length);
  const context = { stack: viewOf(all, lookup, rules), rules, now: options.now };
  const whole = stackRules.flatMap((rule) => evaluateStack(rule, context, inventorySubject.urn));
  const isTold = ({ undecided }: Finding): boolean => reportUndecided || !undecided;
  const used = new Set(referring.flatMap(({ references }) => references.map(({ entry }) => entry)));
  const types = all.map(({ resource }) => resource.type);
  const referencing = referring.filter(({ references }) => references.some(({ ids }) => ids.length > 0)).length;
  const stack = plan.name;
  const files = new TerraformFiles(options.folder, plan.folders);
  const names = new Map(plan.resources.map(({ urn, name }) => [urn, name]));
  const place = (finding: Finding): FindingDraft => {
    const position = files.positionOf(names.get(finding.urn) ?? "");
    const type = finding.urn === inventorySubject.urn ? { type: inventorySubject.type } : {};
    return { ...finding, ...type, stack, ...(position ? { position } : {}) };
  };
  return assemble(
    {
      stacks: [{ name: stack, resources: referring.length, referencing }],
      claims: [],
      findings: findings.filter(isTold).map(place),
      whole: whole.filter(isTold).map(place),
      inventory: kept,
      records: [],
      rules: rulesFileSchema.parse(enforced.rules),
      ...(options.rulesOrigin ? { ruleSources: [options.rulesOrigin.source] } : {}),
      plan: { file: plan.file, partial: plan.leftOut !== undefined },
      notes: [
        ...originNotes(options.rulesOrigin),
        ...statusNotes(misspelt, enforced.rules),
        ...planNotes(plan, enforced.remediating),
        ...disabledNotes(enforced),
        ...(referring.length > 0
          ? notesOf(rules, { used, types, resources: referring, inventory, lookup, disabled })
          : []),
      ],
    },
    { generator: options.generator, now: options.now, ignore: options.ignore, failOn: "error" },
  );
}

/** Name of the placeholder for unknown resources of an incomplete plan. */
const unnamed = "an omitted resource";

/** Address of the placeholder. Part of fingerprints and `affects`, so it must not change. */
const unnamedAddress = "what the plan leaves out";

/** Returns placeholders for resources that the plan omits, so that stack rules report undecided results. */
function withheld(
  { name }: Plan,
  resources: readonly { readonly address: string; readonly type: string }[],
  rules: EffectiveRules["rules"],
  lookup: Lookup,
): ResolvedResource[] {
  const resource = (address: string, type: string, resourceName = address): Resource => ({
    urn: `urn:terraform:${name}::terraform::${type}::${address}`,
    type,
    name: resourceName,
    properties: {},
  });
  if (resources.length > 0)
    return resources.map(({ address, type }) => resolveReferences(resource(address, type), rules, lookup, true));
  const references = rules.references.map((entry): FoundReference => {
    const nothing = { ids: [], records: [], missing: [], ambiguous: [], unavailable: undefined };
    return { entry, kind: entry.kind, undecided: true, ...nothing };
  });
  return [{ resource: resource(unnamedAddress, "unknown", unnamed), references, propertiesOmitted: true }];
}

function disabledNotes({ disabled, disabledBy }: EffectiveRules): ReportNote[] {
  if (disabled.length === 0) return [];
  const message = `not checked, because ${disabledBy} disables it: ${disabled.join(", ")}`;
  return [{ about: "rules-disabled", message, unchecked: [...disabled] }];
}

function planNotes({ leftOut }: Plan, remediating: EffectiveRules["remediating"]): ReportNote[] {
  const about = "plan";
  const names = leftOut?.resources.map(({ address }) => address) ?? [];
  const which = names.length > 0 ? `: ${summarizeList(names)}` : "";
  return [
    ...(leftOut
      ? [
          {
            about,
            message: `the plan is incomplete (-target, or deferred changes); resources that it omits were not checked${which}`,
          } as const,
        ]
      : []),
    ...(remediating.length > 0
      ? [
          {
            about,
            message: `${remediating.join(", ")}: level remediate counts as mandatory, because a plan cannot be changed`,
          } as const,
        ]
      : []),
  ];
}
