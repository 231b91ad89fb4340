import { KindUnavailableError } from "../../provider/inventory/inventory.js";
import { withPlaces } from "./expression-places.js";
import { isIgnored } from "./ignored.js";
import { pulumiUrn, qualifiedStackOf, qualifyUrn } from "./organization-urn.js";
import type { RulesFile } from "./rules-file.js";
import { holdsSecret } from "./show.js";
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
function checked<Context extends { readonly rules: RulesFile }, Found extends RuleFinding>(
  subject: string,
  rule: { check(context: Context): Found[] },
  context: Context,
): (Found | RuleFinding)[] {
  try {
    return withPlaces(context.rules, () => rule.check(context));
  } catch (error) {
    if (!(error instanceof KindUnavailableError)) throw error;
    return [{ message: `${subject} could not be checked: ${error.message}` }];
  }
}

/** A last guard: whatever a rule says, no secret of the resource is in it. */
function withoutSecrets(found: RuleFinding, secrets: ReadonlySet<string> | undefined): RuleFinding {
  if (secrets === undefined || secrets.size === 0) return found;
  let { message } = found;
  const told = JSON.stringify([found.message, found.recordId, found.expected, found.actual, found.subject?.all]);
  // The longest first: a shorter one may be a part of it.
  const held = [...secrets]
    .filter((secret) => holdsSecret(found.message, secret) || holdsSecret(told, secret))
    .sort((a, b) => b.length - a.length);
  if (held.length === 0) return found;
  for (const secret of held)
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) message = message.replaceAll(form, "[secret]");
  const { recordId: _id, expected: _expected, actual: _actual, subject, ...rest } = found;
  return { ...rest, message, ...(subject?.what === undefined ? {} : { subject: { what: subject.what } }) };
}

function complete(rule: Rule, rules: RulesFile, resource: Subject, found: RuleFinding): Finding {
  const told = withoutSecrets(found, resource.secrets);
  const { kind, recordId, subject, message, expected, actual, decidedAtUpdate } = told;
  return {
    rule: rule.name,
    // What is not decided is no violation, however strict the rule.
    severity: decidedAtUpdate ? "info" : severityOf(rule, rules),
    urn: resource.urn,
    type: resource.type,
    ...(kind === undefined ? {} : { kind }),
    ...(recordId === undefined ? {} : { recordId }),
    ...(subject === undefined ? {} : { subject }),
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(decidedAtUpdate ? { decidedAtUpdate } : {}),
  };
}

/** What a finding is about: a resource, or a stack with the secrets of all its resources. */
interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly secrets?: ReadonlySet<string>;
}

/** A finding, with what the update decides where it is one of that kind. */
export type Undecided = Finding & { readonly undecided?: string };

const none: readonly Undecided[] = [];

/** Two entries may find the same record, and so the same fault; words alone may be the same of different ones. */
function distinct(found: readonly RuleFinding[]): readonly RuleFinding[] {
  if (found.length === 1) return found;
  const key = ({ message, subject }: RuleFinding): string => JSON.stringify([message, subject]);
  return [...new Map(found.map((finding) => [key(finding), finding])).values()];
}

/** What one rule finds in one resource; what it leaves to the update is one finding for each property. */
export function judgeResource(rule: ResourceRule, context: ResourceContext, now: Date): readonly Undecided[] {
  const { resource, rules, references } = context;
  if (references.length === 0) return none;
  const found = checked(resource.name, rule, context);
  if (found.length === 0 || isIgnored(rule.name, resource.urn, rules, now)) return none;
  return distinct(found).map((finding) => ({
    ...complete(rule, rules, resource, finding),
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
  const subject = { what: ["undecided"], all: [...parts].sort() };
  const verb = notKnown ?? `${parts.length === 1 ? "is" : "are"} decided at update, and checked there`;
  return { ...finding, subject, message: `${name}: ${parts.join(", ")} ${verb}` };
}

/** The root of the stack that a resource belongs to; a finding that is no resource's is the stack's. */
export function stackOf(urn: string): string {
  const [head = "", stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/s.exec(pulumiUrn(urn)) ?? [];
  if (stack === "") return "";
  const organization = qualifiedStackOf(urn)?.split("/")[0];
  return qualifyUrn(`${head}pulumi:pulumi:Stack::${project}-${stack}`, organization);
}

function stackSubject({ resources }: StackContext): Subject {
  const secrets = new Set<string>();
  for (const { resource } of resources) for (const secret of resource.secrets ?? []) secrets.add(secret);
  const [first] = resources;
  return { urn: first ? stackOf(first.resource.urn) : "", type: "pulumi:pulumi:Stack", secrets };
}

/** What one rule finds in a stack; `root` is what a finding that is no resource's belongs to. */
export function judgeStack(rule: StackRule, context: StackContext, root?: string): Finding[] {
  const { rules, now } = context;
  const found = checked("the stack", rule, context);
  if (found.length === 0) return [];
  const own = stackSubject(context);
  const stack = root === undefined ? own : { ...own, urn: root };
  return found
    .map((finding) => {
      const { urn, type } = ("resource" in finding ? finding.resource : undefined) ?? stack;
      return complete(rule, rules, { urn, type, ...(stack.secrets ? { secrets: stack.secrets } : {}) }, finding);
    })
    .filter(({ urn }) => !isIgnored(rule.name, urn, rules, now));
}
