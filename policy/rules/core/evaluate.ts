import { KindUnavailableError } from "../../../provider/model/inventory-reader.js";
import { withPlaces } from "../file/expression-places.js";
import { isIgnored } from "./ignored.js";
import { pulumiUrn, qualifiedStackOf, qualifyUrn } from "../resource/organization-urn.js";
import type { RulesFile } from "../file/rules-file.js";
import { holdsSecret, redactSecrets } from "./show.js";
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

/** Returns the severity of a rule: from the rules file, else its own. */
export function severityOf(rule: Rule, rules: RulesFile): Severity {
  return rules.severity[rule.name] ?? rule.severity;
}

/** Runs a check. Returns a finding if it cannot run because a kind is unavailable. */
function checked<Context extends { readonly rules: RulesFile }>(
  subject: string,
  rule: { check(context: Context): RuleFinding[] },
  context: Context,
): RuleFinding[] {
  try {
    return withPlaces(context.rules, () => rule.check(context));
  } catch (error) {
    if (!(error instanceof KindUnavailableError)) throw error;
    return [{ message: `${subject} could not be checked: ${error.message}` }];
  }
}

/** Replaces secrets of the resource in a message, as a last safeguard. */
function withoutSecrets(found: RuleFinding, secrets: ReadonlySet<string> | undefined): RuleFinding {
  if (secrets === undefined || secrets.size === 0) return found;
  const { message, recordId, expected, actual, affects, ...rest } = found;
  const texts = [message, JSON.stringify([message, recordId, expected, actual, affects])];
  if (![...secrets].some((secret) => texts.some((text) => holdsSecret(text, secret)))) return found;
  return { ...rest, message: redactSecrets(message, secrets) };
}

function complete(rule: Rule, rules: RulesFile, resource: Subject, found: RuleFinding): Finding {
  const redacted = withoutSecrets(found, resource.secrets);
  const { kind, recordId, about, affects, message, expected, actual, undecided } = redacted;
  return {
    rule: rule.name,
    // An undecided finding is not a violation, whatever the severity of the rule.
    severity: undecided ? "info" : severityOf(rule, rules),
    urn: resource.urn,
    type: resource.type,
    ...(kind === undefined ? {} : { kind }),
    ...(recordId === undefined ? {} : { recordId }),
    ...(about === undefined ? {} : { about }),
    ...(affects === undefined ? {} : { affects }),
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    ...(undecided ? { undecided } : {}),
  };
}

/** The subject of a finding: a resource, or a stack with the secrets of its resources. */
interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly secrets?: ReadonlySet<string>;
}

const NO_UNDECIDED: readonly Finding[] = [];

/** Removes duplicates: two entries can find the same record. The message alone does not identify a finding. */
function distinct(found: readonly RuleFinding[]): readonly RuleFinding[] {
  if (found.length === 1) return found;
  const key = ({ message, about, affects }: RuleFinding): string => JSON.stringify([message, about, affects]);
  return [...new Map(found.map((finding) => [key(finding), finding])).values()];
}

/** Evaluates a rule for a resource. Each unknown property is an undecided finding. */
export function evaluateResource(rule: ResourceRule, context: ResourceContext, now: Date): readonly Finding[] {
  const { resource, rules, references } = context;
  if (references.length === 0) return NO_UNDECIDED;
  const found = checked(resource.name, rule, context);
  if (found.length === 0 || isIgnored(rule.name, resource.urn, rules, now)) return NO_UNDECIDED;
  return distinct(found).map((finding) => complete(rule, rules, resource, finding));
}

/** Combines the undecided findings of a resource into one finding. */
export function undecidedOf(
  name: string,
  unknownReason: string | undefined,
  findings: readonly Finding[],
): Finding | undefined {
  const open = findings.filter((finding) => finding.undecided);
  const [first] = open;
  if (first === undefined) return undefined;
  const parts = [...new Set(open.flatMap(({ affects, rule }) => affects ?? [rule]))];
  const verb =
    unknownReason ?? `${parts.length === 1 ? "is" : "are"} unknown at preview and will be checked during the update`;
  return {
    ...first,
    about: ["undecided"],
    affects: [...parts].sort(),
    message: `${name}: ${parts.join(", ")} ${verb}`,
  };
}

/** Returns the URN of the stack of a resource. Findings without a resource belong to the stack. */
export function stackOf(urn: string): string {
  const [head = "", stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/s.exec(pulumiUrn(urn)) ?? [];
  if (stack === "") return "";
  const organization = qualifiedStackOf(urn)?.split("/")[0];
  return qualifyUrn(`${head}pulumi:pulumi:Stack::${project}-${stack}`, organization);
}

function stackSubject({ stack: { resources } }: StackContext): Subject {
  const secrets = new Set<string>();
  for (const { resource } of resources) for (const secret of resource.secrets ?? []) secrets.add(secret);
  const [first] = resources;
  return { urn: first ? stackOf(first.resource.urn) : "", type: "pulumi:pulumi:Stack", secrets };
}

/** Evaluates a rule for a stack. @param root the URN for findings without a resource */
export function evaluateStack(rule: StackRule, context: StackContext, root?: string): Finding[] {
  const { rules, now } = context;
  const found = checked("the stack", rule, context);
  if (found.length === 0) return [];
  const own = stackSubject(context);
  const stack = root === undefined ? own : { ...own, urn: root };
  return found
    .map((finding) => {
      const { urn, type } = finding.resource ?? stack;
      return complete(rule, rules, { urn, type, ...(stack.secrets ? { secrets: stack.secrets } : {}) }, finding);
    })
    .filter(({ urn }) => !isIgnored(rule.name, urn, rules, now));
}
