import type {
  EnforcementLevel,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { didYouMean } from "../provider/inventory/hints.js";
import { printableMessage } from "../provider/inventory/printable.js";
import { describe } from "./describe.js";
import { levelOf, type Levels } from "./levels.js";
import { rulesFor } from "./pack-config.js";
import { remediationOf } from "./remediate.js";
import { judgeResource, judgeStack, severityOf, undecidedOf } from "./rules/judge.js";
import { describeMisspelt } from "./rules/misspelt-status.js";
import { pulumiUrn } from "./rules/organization-urn.js";
import type { RuleName, RulesFile } from "./rules/rules-file.js";
import { unusedEntries } from "./rules/unused-entries.js";
import type { ResourceRule, Rule, StackRule } from "./rules/types.js";
import type { Run } from "./run.js";

type Configured = Pick<ResourceValidationArgs, "getConfig">;

/** Reports at another level than the policy's own. */
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

/** Reports what is no violation: at advisory level, whatever the policy's own. */
function advise(report: ReportViolation, description: string, message: string, urn?: string): void {
  reportAt("advisory", report, description, message, urn);
}

/** A rule that could check nothing says so, where inventory-available is not enforced and has not. */
async function reportFailure(
  run: Run,
  rule: Rule,
  { description, enforcementLevel }: Described,
  report: ReportViolation,
) {
  const failure = await run.failureFor(run.levelOf(rule.name, enforcementLevel));
  if (failure === undefined) return;
  if (run.mode === "warn") advise(report, description, failure);
  else violate(report, failure);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The rules as the policy's own configuration changes them; that does not change within a run. */
function rulesReader(rule: Rule, rules: RulesFile): (args: Configured) => RulesFile {
  let args: Configured | undefined;
  const read = once(() => rulesFor(rule.name, rules, args?.getConfig<object>() ?? {}));
  return (given) => {
    args = given;
    return read();
  };
}

/** The policy of one rule. */
export function policyOf(
  rule: Rule,
  rules: RulesFile,
  levels: Levels,
  run: Run,
): ResourceValidationPolicy | StackValidationPolicy {
  const described = {
    ...describe(rule.name, rule.title, severityOf(rule, rules), rule.cure),
    enforcementLevel: levelOf(rule, rules, levels),
  };
  const rulesOf = rulesReader(rule, rules);
  return rule.scope === "stack"
    ? stackPolicy(rule, described, rulesOf, run)
    : resourcePolicy(rule, described, rulesOf, run);
}

type Described = ReturnType<typeof describe> & { readonly enforcementLevel: EnforcementLevel };
type RulesOf = (args: Configured) => RulesFile;

function resourcePolicy(
  rule: ResourceRule,
  described: Described,
  rulesOf: RulesOf,
  run: Run,
): ResourceValidationPolicy {
  const remediateResource = remediationOf(rule.name, run, rulesOf);
  const policy: ResourceValidationPolicy = {
    ...described,
    validateResource: async (args, report) => {
      const rules = rulesOf(args);
      const off = rule.off?.(rules);
      if (off !== undefined) args.notApplicable(off);
      const judged = await run.judged(args, rule.name);
      if (!judged) return reportFailure(run, rule, described, report);
      if (judged.referring.references.length === 0) args.notApplicable("no reference is looked for in this type");
      const context = { ...judged.referring, lookup: judged.lookup, rules: (await run.corrected(rules)).rules };
      const found = judgeResource(rule, context, new Date());
      judged.findings.push(...found);
      for (const finding of found) if (!finding.decidedAtUpdate) violate(report, finding.message);
      if (rule.name !== "attributes-match") return;
      for (const missing of await run.missingMatches(judged.referring))
        advise(report, described.description, `${missing}; correct it in the rules: it compares nothing`);
    },
    ...(remediateResource ? { remediateResource } : {}),
  };
  const validateStack = atEnd[rule.name]?.(rule, described, rulesOf, run);
  return { ...policy, ...(validateStack ? { validateStack } : {}) };
}

/** What a rule about single resources checks once, when all of them are known. */
type AtEnd = (
  rule: ResourceRule,
  described: Described,
  rulesOf: RulesOf,
  run: Run,
) => StackValidationPolicy["validateStack"];

const atEnd: Readonly<Partial<Record<RuleName, AtEnd>>> = {
  "reference-required": checkLeftOut,
  "record-in-service": adviseOnStatuses,
  "record-exists": adviseOnEntries,
};

/** Advises on each misspelt status of the rules. */
function adviseOnStatuses(...[, { description }, rulesOf, run]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const { misspelt } = await run.corrected(rulesOf(args));
    for (const status of misspelt) advise(report, description, describeMisspelt(status));
  };
}

/** Advises on each entry that governs nothing although the stack has resources of its provider's package: its type may be misspelt. */
function adviseOnEntries(...[rule, { description }, rulesOf, run]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const stack = await run.judgedStack(args.resources, rule.name);
    if (!stack) return;
    const used = new Set(stack.resources.flatMap(({ references }) => references.map(({ entry }) => entry)));
    const types = args.resources.map(({ type }) => type);
    for (const { message, isPackageUsed, nearest } of unusedEntries(rulesOf(args), used, types))
      if (isPackageUsed)
        advise(report, description, `${message}${didYouMean(nearest && JSON.stringify(nearest))}; check its types`);
  };
}

/**
 * Checks the resources that a targeted update leaves out. It hands them over without their properties, as it does a resource that
 * has none. Only at the end they can be told apart: what was left out still has none.
 */
function checkLeftOut(...[rule, , rulesOf, run]: Parameters<AtEnd>): ReturnType<AtEnd> {
  return async (args, report) => {
    const rules = rulesOf(args);
    const stack = await run.judgedStack(args.resources, rule.name);
    if (!stack) return;
    for (const referring of stack.resources) {
      const urn = pulumiUrn(referring.resource.urn);
      if (referring.withheld || run.before(urn)?.withheld !== true) continue;
      const found = judgeResource(rule, { ...referring, lookup: stack.lookup, rules }, new Date());
      for (const finding of found) if (!finding.decidedAtUpdate) violate(report, finding.message, urn);
    }
  };
}

function stackPolicy(rule: StackRule, described: Described, rulesOf: RulesOf, run: Run): StackValidationPolicy {
  return {
    ...described,
    validateStack: async (args, report) => {
      const rules = rulesOf(args);
      const off = rule.off?.(rules);
      if (off !== undefined) args.notApplicable(off);
      const stack = await run.judgedStack(args.resources, rule.name);
      if (!stack) return reportFailure(run, rule, described, report);
      for (const finding of judgeStack(rule, { ...stack, rules, now: new Date() })) {
        const urn = pulumiUrn(finding.urn);
        if (finding.decidedAtUpdate) advise(report, described.description, finding.message, urn);
        else violate(report, finding.message, urn);
      }
    },
  };
}

/** What a preview cannot know is no violation; it is said once for each resource. */
export function decidedAtUpdate(level: EnforcementLevel, run: Run): ResourceValidationPolicy {
  const name = "decided-at-update";
  const title = "What a preview cannot know is checked in the update";
  const described = describe(name, title, "info", "Nothing: the update checks it, and fails where it is wrong.");
  return {
    ...described,
    enforcementLevel: level,
    validateResource: async (args, report) => {
      const judged = await run.judged(args, name);
      if (!judged) return;
      const { resource } = judged.referring;
      const open = undecidedOf(resource.name, resource.notKnown, judged.findings);
      if (open) advise(report, described.description, open.message);
    },
  };
}

/** Without the inventory nothing was checked, and a deployment must not pass as if it had been. */
export function inventoryAvailable(level: EnforcementLevel, run: Run): ResourceValidationPolicy {
  const name = "inventory-available";
  const cure = "Make the API reachable and the credentials right (orange-cmdb status), or choose onUnavailable.";
  const described = describe(name, "The inventory can be read", "error", cure);
  return {
    ...described,
    enforcementLevel: level,
    validateResource: async (_args, report) => {
      const given = run.levelOf(name, level);
      // `all` is about the rules. The engine has put it into this policy's own level where nothing else was said.
      const meant = level !== "disabled" && given === run.levelOfAll ? level : given;
      const message = await run.failureFor(meant, true);
      if (message === undefined) return;
      const advisory = run.mode === "warn" || meant === "advisory";
      reportAt(advisory ? "advisory" : "mandatory", report, described.description, message);
    },
  };
}
