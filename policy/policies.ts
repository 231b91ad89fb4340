import type {
  EnforcementLevel,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { didYouMean } from "../provider/platform/similar-strings.js";
import { printableMessage } from "../provider/platform/printable.js";
import { describe } from "./describe.js";
import type { PackSession } from "./engine/pack-session.js";
import { levelOf, type Levels } from "./config/levels.js";
import { rulesFor } from "./config/pack-config.js";
import { remediationOf } from "./remediate.js";
import { evaluateResource, evaluateStack, severityOf, undecidedOf } from "./rules/core/evaluate.js";
import { describeMisspelt } from "./rules/core/misspelt-status.js";
import { pulumiUrn } from "./rules/resource/organization-urn.js";
import type { RuleName, RulesFile } from "./rules/file/rules-file.js";
import { viewOf } from "./rules/core/stack-view.js";
import { unusedEntries } from "./rules/core/unused-entries.js";
import type { ResourceRule, Rule, StackRule } from "./rules/core/types.js";

type Configured = Pick<ResourceValidationArgs, "getConfig">;

/** Reports a violation at a level other than the policy's. */
function reportAt(
  enforcementLevel: "advisory" | "mandatory",
  report: ReportViolation,
  description: string,
  message: string,
  urn?: string,
): void {
  const violation = { message: `${description}\n${printableMessage(message)}`, enforcementLevel, urn };
  (report as unknown as (violation: object) => void)(violation);
}

/** Reports a violation at the policy's own level. */
function violate(report: ReportViolation, message: string, urn?: string): void {
  report(printableMessage(message), urn);
}

/** Reports a message that is not a violation, at advisory level. */
function advise(report: ReportViolation, description: string, message: string, urn?: string): void {
  reportAt("advisory", report, description, message, urn);
}

/** Reports that the rule could not run, unless inventory-available has reported it. */
async function reportFailure(
  session: PackSession,
  rule: Rule,
  { description, enforcementLevel }: Described,
  report: ReportViolation,
) {
  const failure = await session.failureFor(session.levelOf(rule.name, enforcementLevel));
  if (failure === undefined) return;
  if (session.mode === "warn") advise(report, description, failure);
  else violate(report, failure);
}

/** Returns a reader of the rules with the configuration of one policy applied. It is constant within a run. */
function rulesReader(rule: Rule, rules: RulesFile): RulesOf {
  let configured: RulesFile | undefined;
  return (args) => (configured ??= rulesFor(rule.name, rules, args.getConfig<object>()));
}

/** Returns the policy of a rule. */
export function policyOf(
  rule: Rule,
  rules: RulesFile,
  levels: Levels,
  session: PackSession,
): ResourceValidationPolicy | StackValidationPolicy {
  const described = {
    ...describe(rule.name, rule.title, severityOf(rule, rules), rule.remediation),
    enforcementLevel: levelOf(rule, rules, levels),
  };
  const rulesOf = rulesReader(rule, rules);
  return rule.scope === "stack"
    ? stackPolicy(rule, described, rulesOf, session)
    : resourcePolicy(rule, described, rulesOf, session);
}

type Described = ReturnType<typeof describe> & { readonly enforcementLevel: EnforcementLevel };
type RulesOf = (args: Configured) => RulesFile;

function resourcePolicy(
  rule: ResourceRule,
  described: Described,
  rulesOf: RulesOf,
  session: PackSession,
): ResourceValidationPolicy {
  const remediateResource = remediationOf(rule.name, session, rulesOf);
  const policy: ResourceValidationPolicy = {
    ...described,
    validateResource: async (args, report) => {
      const rules = rulesOf(args);
      const off = rule.inactiveReason?.(rules);
      if (off !== undefined) args.notApplicable(off);
      const evaluated = await session.evaluatedResource(args, rule.name);
      if (!evaluated) return reportFailure(session, rule, described, report);
      if (evaluated.resolved.references.length === 0) args.notApplicable("no rule has a reference for this type");
      const context = {
        ...evaluated.resolved,
        lookup: evaluated.lookup,
        rules: (await session.corrected(rules)).rules,
      };
      const found = evaluateResource(rule, context, new Date());
      evaluated.findings.push(...found);
      for (const finding of found) if (!finding.undecided) violate(report, finding.message);
      if (rule.name === "record-exists")
        for (const missing of await session.missingKeys(evaluated.resolved))
          advise(report, described.description, `${missing}; correct the rules, because no record is found`);
      if (rule.name !== "attributes-match") return;
      for (const missing of await session.missingMatches(evaluated.resolved))
        advise(report, described.description, `${missing}; correct the rules, because nothing is compared`);
    },
    ...(remediateResource ? { remediateResource } : {}),
  };
  const validateStack = atEnd[rule.name]?.(rule, described, rulesOf, session);
  return { ...policy, ...(validateStack ? { validateStack } : {}) };
}

/** A check at the end of the run, when all resources are known. */
type AtEnd = (
  rule: ResourceRule,
  described: Described,
  rulesOf: RulesOf,
  session: PackSession,
) => StackValidationPolicy["validateStack"];

const atEnd: Readonly<Partial<Record<RuleName, AtEnd>>> = {
  "reference-required": checkLeftOut,
  "record-in-service": adviseOnStatuses,
  "record-exists": adviseOnEntries,
};

/** Reports each misspelt status of the rules, at advisory level. */
function adviseOnStatuses(...[, { description }, rulesOf, session]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const rules = rulesOf(args);
    const { misspelt } = await session.corrected(rules);
    for (const status of misspelt) advise(report, description, describeMisspelt(status, rules));
  };
}

/** Advises on unused entries if the stack has resources of their package: a probable typo. */
function adviseOnEntries(...[rule, { description }, rulesOf, session]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const stack = await session.evaluatedStack(args.resources, rule.name);
    if (!stack) return;
    const used = new Set(stack.resources.flatMap(({ references }) => references.map(({ entry }) => entry)));
    const types = args.resources.map(({ type }) => type);
    for (const { message, isPackageUsed, nearest } of unusedEntries(rulesOf(args), used, types))
      if (isPackageUsed)
        advise(report, description, `${message}${didYouMean(nearest && JSON.stringify(nearest))}; check its types`);
  };
}

/**
 * Checks resources without properties. A targeted update omits the properties of resources that it leaves out. At the end of
 * the run, omitted resources still have no properties, but a resource without inputs has its outputs.
 */
function checkLeftOut(...[rule, , rulesOf, session]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const rules = rulesOf(args);
    const stack = await session.evaluatedStack(args.resources, rule.name);
    if (!stack) return;
    for (const referring of stack.resources) {
      const urn = pulumiUrn(referring.resource.urn);
      if (referring.propertiesOmitted || session.before(urn)?.propertiesOmitted !== true) continue;
      const found = evaluateResource(rule, { ...referring, lookup: stack.lookup, rules }, new Date());
      for (const finding of found) if (!finding.undecided) violate(report, finding.message, urn);
    }
  };
}

function stackPolicy(
  rule: StackRule,
  described: Described,
  rulesOf: RulesOf,
  session: PackSession,
): StackValidationPolicy {
  return {
    ...described,
    validateStack: async (args, report) => {
      const rules = rulesOf(args);
      const off = rule.inactiveReason?.(rules);
      if (off !== undefined) args.notApplicable(off);
      const evaluated = await session.evaluatedStack(args.resources, rule.name);
      if (!evaluated) return reportFailure(session, rule, described, report);
      const stack = viewOf(evaluated.resources, evaluated.lookup, rules);
      for (const finding of evaluateStack(rule, { stack, rules, now: new Date() })) {
        const urn = pulumiUrn(finding.urn);
        if (finding.undecided) advise(report, described.description, finding.message, urn);
        else violate(report, finding.message, urn);
      }
    },
  };
}

/** Returns the policy that reports unknown values, once per resource. They are not violations. */
export function unknownAtPreview(level: EnforcementLevel, session: PackSession): ResourceValidationPolicy {
  const name = "unknown-at-preview";
  const title = "Values unknown at preview are checked during the update";
  const described = describe(name, title, "info", "None: the update checks the value, and fails if it is wrong.");
  return {
    ...described,
    enforcementLevel: level,
    validateResource: async (args, report) => {
      const evaluated = await session.evaluatedResource(args, name);
      if (!evaluated) return;
      const { resource } = evaluated.resolved;
      const open = undecidedOf(resource.name, resource.unknownReason, evaluated.findings);
      if (open) advise(report, described.description, open.message);
    },
  };
}

/** Returns the policy that fails if the inventory is unavailable: a deployment must not pass unchecked. */
export function inventoryAvailable(level: EnforcementLevel, session: PackSession): ResourceValidationPolicy {
  const name = "inventory-available";
  const remediation = "Check API and credentials with orange-cmdb status, or set onUnavailable.";
  const described = describe(name, "The inventory can be read", "error", remediation);
  return {
    ...described,
    enforcementLevel: level,
    validateResource: async (_args, report) => {
      const given = session.levelOf(name, level);
      // `all` applies to rules only, but the engine also copies it to this policy.
      const meant = level !== "disabled" && given === session.defaultLevel ? level : given;
      const message = await session.failureFor(meant, true);
      if (message === undefined) return;
      const advisory = session.mode === "warn" || meant === "advisory";
      reportAt(advisory ? "advisory" : "mandatory", report, described.description, message);
    },
  };
}
