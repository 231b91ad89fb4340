import { evaluateOne } from "../../policy/rules/index.js";
import type { Observation } from "../../policy/rules/core/observation.js";
import type { ResourceContext } from "../../policy/rules/core/types.js";
import type { RuleName, RulesFile } from "../../policy/rules/file/rules-file.js";
import { ResourceFinder } from "../common/resource-finder.js";
import { stackNameOf } from "../common/stack-name.js";
import { everyFinding } from "../evaluate/contradictions.js";
import type { Report } from "../report/schema.js";
import { explainCheck } from "./checks.js";
import { explanationVersion, type Explanation } from "./explanation.js";
import { explainFindings, explainLevels, type SettingNames } from "./findings.js";
import { redact } from "./redact.js";
import { explainReference, whyNoEntry } from "./references.js";

/** Options of an explanation. */
export interface ExplainOptions extends SettingNames {
  /** The rules as they were read, which the names of entries refer to. */
  readonly rules: RulesFile;
  readonly now: Date;
  /** Explains only this rule. Default: all. */
  readonly rule?: RuleName | undefined;
}

/** A resource to explain. */
interface Candidate {
  readonly urn: string;
  readonly context?: ResourceContext;
  /** True if a plan omits the resource, so that only stack rules read it. */
  readonly leftOut?: boolean;
}

/** Receives each resource of a report while it is made. */
export type OnResource = (context: ResourceContext, leftOut?: boolean) => void;

/**
 * Explains one resource: makes the whole report, because other resources and settings decide some findings, and evaluates the
 * resource once more with an observer.
 * @param text the URN of the resource, or its end
 * @param makeReport makes the report of `drift` or `check`, and passes each resource to its argument. The inventory must stay open
 * @throws DriftError if the text names no resource, or several
 */
export async function explain(
  text: string,
  makeReport: (onResource: OnResource) => Report | Promise<Report>,
  options: ExplainOptions,
): Promise<Explanation> {
  const finder = new ResourceFinder<Candidate>(text);
  const urns = new Set<string>();
  const report = await makeReport((context, leftOut = false) => {
    urns.add(context.resource.urn);
    finder.add({ urn: context.resource.urn, context, leftOut });
  });
  // The root of a stack, and the inventory, can have findings although no state lists them.
  const others = new Set(everyFinding(report).map(({ urn }) => urn));
  for (const urn of others) if (!urns.has(urn)) finder.add({ urn });
  return explanationOf(finder.found(), report, options);
}

function explanationOf(
  found: readonly [Candidate, ...Candidate[]],
  report: Report,
  options: ExplainOptions,
): Explanation {
  const { rules, rule, rulesSource } = options;
  const { urn } = found[0];
  const contexts = found.flatMap(({ context }) => context ?? []);
  const evaluated = found.flatMap(({ context, leftOut }) => (context && !leftOut ? [context] : []));
  const findings = explainFindings(report, urn, rules, options);
  const isAsked = (name: string): boolean => rule === undefined || name === rule;
  const secrets = new Set(contexts.flatMap(({ resource }) => [...(resource.secrets ?? [])]));
  const stopped = whyStopped(found);
  const stack = findings[0]?.finding.stack ?? (report.plan ? report.stacks[0]?.name : stackNameOf(urn));
  return {
    version: explanationVersion,
    urn,
    type: contexts[0]?.resource.type ?? findings[0]?.finding.type ?? "",
    ...(stack === undefined ? {} : { stack }),
    ...(contexts[0]?.resource.external ? { external: true } : {}),
    rules: rulesSource,
    inventory: { endpoint: report.inventory.endpoint, syncedAt: report.inventory.syncedAt },
    ...(stopped === undefined ? {} : { stopped }),
    references: redact(
      contexts.flatMap((context) => context.references.map((reference) => explainReference(reference, context))),
      secrets,
    ),
    checks: redact(
      evaluated
        .flatMap((context) => observe(context, options))
        .map(explainCheck)
        .filter((check) => isAsked(check.rule)),
      secrets,
    ),
    levels: explainLevels(rules, options).filter((level) => isAsked(level.rule)),
    findings: findings.filter(({ finding }) => isAsked(finding.rule)),
  };
}

/** Evaluates a resource with an observer. The findings are those of the report, and are dropped here. */
function observe(context: ResourceContext, { now, configured }: ExplainOptions): Observation[] {
  const observations: Observation[] = [];
  evaluateOne({ ...context, observe: (observation) => void observations.push(observation) }, now, []);
  return observations.filter(({ rule }) => configured?.levels.get(rule)?.level !== "disabled");
}

function whyStopped([{ context, leftOut }]: readonly [Candidate, ...Candidate[]]): string | undefined {
  if (context === undefined) return "no state lists it as a resource; only rules about all resources report it";
  if (leftOut) return "the plan omits the resource, so that only rules about all resources read it";
  return whyNoEntry(context);
}
