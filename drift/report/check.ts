import { judgeEach, lookupFor, stackRules } from "../../policy/rules/index.js";
import { judgeStack } from "../../policy/rules/judge.js";
import type { Lookup } from "../../policy/rules/lookup.js";
import { correctStatuses } from "../../policy/rules/misspelt-status.js";
import { refer } from "../../policy/rules/references.js";
import { rulesFileSchema } from "../../policy/rules/rules-file.js";
import { some } from "../../policy/rules/show.js";
import type { FoundReference, Finding, Referring, Resource } from "../../policy/rules/types.js";
import type { Enforced } from "../../policy/enforce.js";
import type { PlacedFinding } from "../gather.js";
import type { Plan } from "../sources/plan.js";
import { TerraformFiles } from "../sources/terraform-files.js";
import { assemble, type ReportOptions } from "./assemble.js";
import { notesOf, statusNotes } from "./notes.js";
import { keptInventory, type ReportInventory } from "./records.js";
import { originNotes, type RulesOrigin } from "./rules-origin.js";
import type { Report, ReportNote } from "./schema.js";
import { everything } from "./stack-findings.js";

/**
 * Judges a plan as the policy pack judges a preview: by the same rules, of each resource and of all together. Sensitive
 * values are compared and in no finding; of what is covered nothing is told, as a plan is a part of what is deployed.
 * @param options `folder` is where the configuration lies: findings name the lines of its files
 * @throws DriftError where the inventory holds nothing to compare with
 */
export function checkPlan(
  plan: Plan,
  inventory: ReportInventory,
  enforced: Enforced,
  options: Pick<ReportOptions, "generator" | "now" | "ignore"> & {
    readonly folder: string;
    readonly rulesFrom?: RulesOrigin;
  },
): Report {
  const { tellsUndecided, disabled } = enforced;
  // What the rules ignore is found, and passed over in the report, which counts it; disabled rules are not asked.
  const off = disabled.map((rule) => ({ rule, resource: "*", reason: "disabled" }));
  const { rules, misspelt } = correctStatuses({ ...enforced.rules, ignore: off }, inventory);
  const kept = keptInventory(inventory);
  const lookup = lookupFor(inventory, rules, plan.resources.length);
  const { findings, resources: referring } = judgeEach(
    plan.resources,
    lookup,
    rules,
    options.now,
    enforced.rules.ignore,
  );
  const rest = [
    ...plan.unchanged.map((resource) => refer(resource, rules, lookup)),
    ...(plan.leftOut ? withheld(plan, plan.leftOut.resources, rules, lookup) : []),
  ];
  const context = { resources: [...referring, ...rest], lookup, rules, now: options.now };
  const whole = stackRules.flatMap((rule) => judgeStack(rule, context, everything.urn));
  const isTold = ({ decidedAtUpdate }: Finding): boolean => tellsUndecided || !decidedAtUpdate;
  const used = new Set(referring.flatMap(({ references }) => references.map(({ entry }) => entry)));
  const types = context.resources.map(({ resource }) => resource.type);
  const referencing = referring.filter(({ references }) => references.some(({ ids }) => ids.length > 0)).length;
  const stack = plan.name;
  const files = new TerraformFiles(options.folder, plan.folders);
  const names = new Map(plan.resources.map(({ urn, name }) => [urn, name]));
  const place = (finding: Finding): PlacedFinding & { stack: string } => {
    const position = files.positionOf(names.get(finding.urn) ?? "");
    const type = finding.urn === everything.urn ? { type: everything.type } : {};
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
      ...(options.rulesFrom ? { rulesFrom: [options.rulesFrom.source] } : {}),
      plan: { file: plan.file, partial: plan.leftOut !== undefined },
      notes: [
        ...originNotes(options.rulesFrom),
        ...statusNotes(misspelt),
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

/** What is said of a plan that does not tell all. */
const unnamed = "what the plan leaves out";

/** Stands for what the plan says nothing of, so that the rules of the whole say what they could not know. */
function withheld(
  { name }: Plan,
  resources: readonly { readonly address: string; readonly type: string }[],
  rules: Enforced["rules"],
  lookup: Lookup,
): Referring[] {
  const resource = (address: string, type: string): Resource => ({
    urn: `urn:terraform:${name}::terraform::${type}::${address}`,
    type,
    name: address,
    properties: {},
  });
  if (resources.length > 0)
    return resources.map(({ address, type }) => refer(resource(address, type), rules, lookup, true));
  const references = rules.references.map((entry): FoundReference => {
    const nothing = { ids: [], records: [], missing: [], ambiguous: [], unavailable: undefined };
    return { entry, kind: entry.kind, undecided: true, ...nothing };
  });
  return [{ resource: resource(unnamed, "unknown"), references, withheld: true }];
}

function disabledNotes({ disabled, disabledBy }: Enforced): ReportNote[] {
  if (disabled.length === 0) return [];
  const message = `not checked, as ${disabledBy} disables it: ${disabled.join(", ")}`;
  return [{ about: "rules-disabled", message, unchecked: [...disabled] }];
}

function planNotes({ leftOut }: Plan, remediating: Enforced["remediating"]): ReportNote[] {
  const about = "plan";
  const names = leftOut?.resources.map(({ address }) => address) ?? [];
  const which = names.length > 0 ? `: ${some(names)}` : "";
  return [
    ...(leftOut
      ? [
          {
            about,
            message: `the plan is not whole (-target, or changes left to a later plan); it says nothing of some resources, which were not judged${which}`,
          } as const,
        ]
      : []),
    ...(remediating.length > 0
      ? [
          {
            about,
            message: `${remediating.join(", ")}: enforced as remediate, which is mandatory here: nothing of a plan is changed`,
          } as const,
        ]
      : []),
  ];
}
