import { KindUnavailableError } from "../../provider/inventory/inventory.js";
import { isIgnored } from "./ignored.js";
import type { RulesFile } from "./rules-file.js";
import type {
  Finding,
  ResourceContext,
  ResourceRule,
  Rule,
  RuleFinding,
  Severity,
  StackContext,
  StackRule,
} from "./types.js";

/** The severity of a rule: the rules file's, else its own. */
export function severityOf(rule: Rule, rules: RulesFile): Severity {
  return rules.severity[rule.name] ?? rule.severity;
}

/** What could not be checked is a finding, not a pass. */
function checked<Context, Found extends RuleFinding>(
  subject: string,
  rule: { check(context: Context): Found[] },
  context: Context,
): (Found | RuleFinding)[] {
  try {
    return rule.check(context);
  } catch (error) {
    if (!(error instanceof KindUnavailableError)) throw error;
    return [{ message: `${subject} could not be checked: ${error.message}` }];
  }
}

function complete(rule: Rule, rules: RulesFile, urn: string, type: string, found: RuleFinding): Finding {
  const { kind, recordId, message, expected, actual, decidedAtUpdate } = found;
  return {
    rule: rule.name,
    // What is not decided is no violation, however strict the rule.
    severity: decidedAtUpdate ? "info" : severityOf(rule, rules),
    urn,
    type,
    ...(kind === undefined ? {} : { kind }),
    ...(recordId === undefined ? {} : { recordId }),
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(decidedAtUpdate ? { decidedAtUpdate } : {}),
  };
}

/** A finding, with what the update decides where it is one of that kind. */
export type Undecided = Finding & { readonly undecided?: string };

const none: readonly Undecided[] = [];

/** What one rule finds in one resource; what it leaves to the update is one finding for each property. */
export function judgeResource(rule: ResourceRule, context: ResourceContext, now: Date): readonly Undecided[] {
  const { resource, rules, references } = context;
  if (references.length === 0) return none;
  const found = checked(resource.name, rule, context);
  if (found.length === 0 || isIgnored(rule.name, resource.urn, rules, now)) return none;
  return found.map((finding) => ({
    ...complete(rule, rules, resource.urn, resource.type, finding),
    ...(finding.undecided === undefined ? {} : { undecided: finding.undecided }),
  }));
}

/** What several rules leave to the update, as one finding: the resource, and what is not known of it. */
export function undecidedOf(
  name: string,
  notKnown: string | undefined,
  findings: readonly Undecided[],
): Finding | undefined {
  const open = findings.filter((finding) => finding.decidedAtUpdate);
  const [first] = open;
  if (first === undefined) return undefined;
  const parts = [...new Set(open.map((finding) => finding.undecided ?? finding.rule))];
  const { undecided: _undecided, ...finding } = first;
  const verb = notKnown ?? `${parts.length === 1 ? "is" : "are"} decided at update, and checked there`;
  return { ...finding, message: `${name}: ${parts.join(", ")} ${verb}` };
}

/** The root of the stack that a resource belongs to; a finding that is no resource's is the stack's. */
export function stackOf(urns: Iterable<string>): string {
  for (const urn of urns) {
    const [, stack, project] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
    if (stack !== undefined) return `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  }
  return "";
}

function* urnsOf({ resources }: StackContext): Iterable<string> {
  for (const { resource } of resources) yield resource.urn;
}

/** What one rule finds in a stack. */
export function judgeStack(rule: StackRule, context: StackContext): Finding[] {
  const { rules, now } = context;
  const root = stackOf(urnsOf(context));
  return checked("the stack", rule, context)
    .map((finding) => {
      const resource = "resource" in finding ? finding.resource : undefined;
      return complete(rule, rules, resource?.urn ?? root, resource?.type ?? "pulumi:pulumi:Stack", finding);
    })
    .filter(({ urn }) => !isIgnored(rule.name, urn, rules, now));
}
