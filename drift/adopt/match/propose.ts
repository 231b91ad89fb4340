import type { Kind } from "../../../provider/model/records.js";
import type { Adoption, Ambiguous, Match, Pattern } from "../report/schema.js";
import type { Collected, Collector } from "./collect.js";
import { decideAll, type Decision, type EarlierDecisions } from "./decide.js";
import { evidenceFor, type CountryCounts } from "./evidence.js";
import { findRules, type RecordOf, type Rule } from "./patterns.js";
import type { Candidate, RecordIndex } from "./record-index.js";
import { tagFor } from "./tag.js";

/** Inputs of {@link propose}. */
export interface ProposalInput {
  readonly kinds: readonly Kind[];
  readonly collector: Collector;
  readonly index: RecordIndex;
  readonly recordOf: RecordOf;
  readonly ruleSource: string;
  readonly earlier?: EarlierDecisions;
  readonly generator: string;
  readonly now: Date;
  /** Remarks about the states. */
  readonly notes: readonly string[];
}

/** Makes a proposal from all resources and records. The result does not depend on their order. */
export function propose({
  kinds,
  collector,
  index,
  recordOf,
  earlier,
  ruleSource,
  generator,
  now,
  notes,
}: ProposalInput): Adoption {
  const { stacks, resources: all, referencing } = collector;
  const resources = [...collector.collected].sort((one, other) => (one.urn < other.urn ? -1 : 1));
  const decisions = decideAll(resources, kinds, index, earlier);
  const rules = findRules(resources, decisions, collector.openByType, recordOf);
  const patterns = toPatterns(rules);
  const covered = new Map<Collected, Map<Kind, { candidate: Candidate; pattern: number }>>();
  patterns.forEach(({ of }, pattern) => {
    for (const rule of of)
      for (const [resource, candidate] of rule.matched) {
        const own = covered.get(resource) ?? new Map<Kind, { candidate: Candidate; pattern: number }>();
        covered.set(resource, own.set(rule.kind, { candidate, pattern }));
      }
  });
  const countries = countriesOf(collector, index);
  const matches: Match[] = [];
  const ambiguous: Ambiguous[] = [];
  const tally = { certain: 0, likely: 0, ambiguous: 0 };
  for (const [resource, own] of decisions) {
    const levels = new Set<keyof typeof tally>();
    for (const kind of kinds) {
      const decision = withPattern(own.get(kind), covered.get(resource)?.get(kind)?.candidate);
      if (decision === undefined) continue;
      levels.add(decision.confidence);
      const { urn, type, stack } = resource;
      if (decision.confidence === "ambiguous") {
        const candidates = decision.candidates.map((candidate) => ({
          kind,
          recordId: candidate.id,
          evidence: evidenceFor(resource, candidate, countries),
        }));
        ambiguous.push({ urn, type, stack, reason: decision.reason, candidates });
        continue;
      }
      const { candidate, confidence } = decision;
      const pattern = covered.get(resource)?.get(kind)?.pattern;
      const before = earlier?.decisionOf(urn, kind, candidate.id);
      matches.push({
        urn,
        type,
        stack,
        kind,
        recordId: candidate.id,
        confidence,
        evidence: evidenceFor(resource, candidate, countries),
        tag: tagFor(resource.tagPlace, kind, candidate.id),
        ...(pattern === undefined ? {} : { pattern }),
        ...(candidate.isTracked ? { tracked: true } : {}),
        ...(before === undefined || before === "rejected" ? {} : { decision: before }),
      });
    }
    const level = (["certain", "likely", "ambiguous"] as const).find((name) => levels.has(name));
    if (level) tally[level] += 1;
  }
  return {
    version: 1,
    generator,
    generatedAt: now.toISOString(),
    ruleSources: [ruleSource],
    summary: {
      stacks: stacks.size,
      resources: all,
      referencing,
      ...tally,
      none: all - referencing - tally.certain - tally.likely - tally.ambiguous,
      ...coveragesOf(index, rules, matches),
    },
    patterns: patterns.map(({ pattern }) => pattern),
    matches: inOrder(matches),
    ambiguous,
    notes: [...notes],
  };
}

/** Returns the decision for a resource that a pattern covers: one value of several resources is then no tie. */
function withPattern(decision: Decision | undefined, candidate: Candidate | undefined): Decision | undefined {
  return decision?.confidence === "ambiguous" && candidate ? { confidence: "likely", candidate } : decision;
}

/** Returns the matches in the order of the output: certain ones first, then by stack, URN and kind. */
function inOrder(matches: readonly Match[]): Match[] {
  const key = ({ confidence, stack, urn, kind }: Match): string => [confidence, stack, urn, kind].join("\0");
  return matches
    .map((match) => ({ match, text: key(match) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ match }) => match);
}

function countriesOf({ byCountry }: Collector, index: RecordIndex): CountryCounts {
  const locations = new Map<string, number>();
  for (const { country } of index.candidates.get("location")?.values() ?? [])
    if (country !== undefined) locations.set(country, (locations.get(country) ?? 0) + 1);
  return { resources: byCountry, locations };
}

function coveragesOf(
  index: RecordIndex,
  rules: readonly Rule[],
  matches: readonly Match[],
): Pick<Adoption["summary"], "coverageNow" | "coverageWithRules" | "coverageAfter"> {
  const all = [...index.candidates.values()].flatMap((records) => [...records.values()]);
  const covered = new Set(all.filter(({ isReferenced }) => isReferenced));
  const of = (): { covered: number; records: number } => ({ covered: covered.size, records: all.length });
  const coverageNow = of();
  for (const { found } of rules) for (const candidate of found) covered.add(candidate);
  const coverageWithRules = of();
  for (const { kind, recordId, confidence, decision } of matches) {
    const candidate = index.candidates.get(kind)?.get(recordId);
    if (candidate && (confidence === "certain" || decision === "accepted")) covered.add(candidate);
  }
  return { coverageNow, coverageWithRules, coverageAfter: of() };
}

/** Merges rules that differ in their type alone, so that one entry serves a type of Pulumi and of Terraform. */
function toPatterns(rules: readonly Rule[]): { pattern: Pattern; of: readonly Rule[] }[] {
  const merged = new Map<string, Rule[]>();
  for (const rule of rules) {
    const comparisons = rule.match.map(({ node, path, as }) => [node.path, path, as]);
    const key = JSON.stringify([rule.kind, rule.field.path, rule.node.path, rule.as, comparisons]);
    merged.set(key, [...(merged.get(key) ?? []), rule]);
  }
  return [...merged.values()]
    .map((of) => ({ of, pattern: toPattern(of) }))
    .sort(({ pattern: one }, { pattern: other }) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ types, kind, by, value }: Pattern): string => [types.join(" "), kind, by, value].join("\0");

function toPattern(rules: readonly Rule[]): Pattern {
  const [first] = rules as readonly [Rule];
  const matches = rules
    .flatMap(({ matched }) => [...matched].map(([{ urn }, { id }]) => ({ urn, recordId: id })))
    .sort((one, other) => (one.urn < other.urn ? -1 : 1));
  return {
    types: rules.map(({ type }) => type).sort(),
    kind: first.kind,
    by: first.field.path,
    value: first.node.path,
    as: first.as,
    support: {
      matched: matches.length,
      of: rules.reduce((sum, { of }) => sum + of, 0),
      contradicted: rules.reduce((sum, { contradicted }) => sum + contradicted, 0),
    },
    match: first.match.map(({ node, path, as }) => ({ property: node.path, record: path, as })),
    matches,
  };
}
