import { keyForm, type KeyComparator } from "../../../provider/model/keys/index.js";
import type { Kind } from "../../../provider/model/records.js";
import type { Collected, Hit } from "./collect.js";
import { isExclusive, type Decision, type Decisions } from "./decide.js";
import type { Field } from "./fields.js";
import { precedes, type PropertyNode } from "./property-tree.js";
import type { Candidate } from "./record-index.js";

/** Minimum number of resources that a pattern matches. */
const MIN_MATCHED = 3;

/** Minimum share of the resources of a type that a pattern matches. */
const MIN_SHARE = 0.8;

/** One property of one type that names records by one field. */
export interface Rule {
  readonly type: string;
  readonly kind: Kind;
  readonly node: PropertyNode;
  readonly field: Field;
  readonly as: KeyComparator;
  /** Resources without a reference whose value belongs to one record, in the order of the states. */
  readonly matched: ReadonlyMap<Collected, Candidate>;
  /** Resources of the type without a reference. */
  readonly of: number;
  /** Resources whose other evidence points to another record. */
  readonly contradicted: number;
  /** Records that the rule finds for any resource of the type. */
  readonly found: ReadonlySet<Candidate>;
  readonly match: readonly Comparison[];
}

/** A comparison that held for all resources of a pattern. */
export interface Comparison {
  readonly node: PropertyNode;
  readonly field: Field;
  readonly as: KeyComparator;
}

/** The links of one property with one field. */
interface Group {
  readonly type: string;
  readonly kind: Kind;
  readonly node: PropertyNode;
  readonly field: Field;
  /** By resource: the records of its values; undefined if a value belongs to several. */
  readonly links: Map<Collected, Set<Candidate> | undefined>;
  isExact: boolean;
}

/** Comparators by form; texts and names have two, the exact one first. */
export const comparatorsOf: Readonly<Partial<Record<Field["form"], readonly [KeyComparator, ...KeyComparator[]]>>> = {
  address: ["ip"],
  mac: ["mac"],
  text: ["equals", "ignore-case"],
  name: ["equals", "ignore-case"],
};

/** Returns whether a comparator of the rules agrees. */
const agree = (as: KeyComparator, one: string, other: string): boolean =>
  one === other || keyForm(as, one) === keyForm(as, other);

/** Returns the groups of all links. The time grows with the number of hits. */
function groupsOf(resources: readonly Collected[], kinds: readonly Kind[]): Iterable<Group> {
  const groups = new Map<PropertyNode, Map<string, Group>>();
  for (const resource of resources)
    for (const hit of resource.hits)
      for (const kind of kinds)
        for (const { field, records, isExact } of linksOf(hit, kind)) {
          let byField = groups.get(hit.node);
          if (!byField) groups.set(hit.node, (byField = new Map()));
          const key = `${kind} ${field.path}`;
          let group = byField.get(key);
          if (!group) {
            const { type } = resource;
            byField.set(key, (group = { type, kind, node: hit.node, field, links: new Map(), isExact: true }));
          }
          group.isExact &&= isExact;
          link(group.links, resource, records);
        }
  return [...groups.values()].flatMap((byField) => [...byField.values()]);
}

function link(links: Group["links"], resource: Collected, records: ReadonlySet<Candidate>): void {
  if (records.size > 1 || (links.has(resource) && links.get(resource) === undefined)) {
    links.set(resource, undefined);
    return;
  }
  const known = links.get(resource) ?? new Set();
  for (const record of records) known.add(record);
  links.set(resource, known);
}

interface Link {
  readonly field: Field;
  readonly records: ReadonlySet<Candidate>;
  readonly isExact: boolean;
}

/** Returns the records of a hit by field, for fields that a rule can look up. */
function linksOf({ entries, value }: Hit, kind: Kind): Iterable<Link> {
  const links = new Map<string, { field: Field; records: Set<Candidate>; isExact: boolean }>();
  for (const { candidate, field, value: own } of entries) {
    const comparators = candidate.kind === kind ? comparatorsOf[field.form] : undefined;
    const as = comparators?.find((comparator) => agree(comparator, value, own));
    if (comparators === undefined || as === undefined) continue;
    let known = links.get(field.path);
    if (!known) links.set(field.path, (known = { field, records: new Set(), isExact: true }));
    known.records.add(candidate);
    if (as !== comparators[0]) known.isExact = false;
  }
  return links.values();
}

function comparatorOf({ form }: Field, isExact: boolean): KeyComparator {
  const [first, second = first] = comparatorsOf[form] ?? (["equals"] as const);
  return isExact ? first : second;
}

/** Returns whether a decision allows this record: its evidence does not contradict, and the record is not taken. */
function allows(decision: Decision | undefined, candidate: Candidate): boolean {
  if (decision === undefined) return false;
  if (decision.confidence !== "ambiguous") return decision.candidate === candidate;
  return decision.reason === "several-resources" && decision.candidates.includes(candidate);
}

const isContradiction = (decision: Decision | undefined): boolean =>
  decision?.confidence === "ambiguous" && decision.reason === "contradiction";

/** Returns the best rule of each type and kind, with enough support. */
export function findRules(
  resources: readonly Collected[],
  kinds: readonly Kind[],
  decisions: Decisions,
  openByType: ReadonlyMap<string, number>,
): Rule[] {
  const byType = Map.groupBy(groupsOf(resources, kinds), ({ kind, type }) => `${kind} ${type}`);
  return [...byType.values()].flatMap((groups) => {
    const [best] = groups
      .map((group) => toRule(group, decisions, openByType))
      .filter(({ matched, of }) => matched.size >= MIN_MATCHED && matched.size >= MIN_SHARE * of)
      .sort((one, other) => (isBetter(one, other) ? -1 : 1));
    return best ? [{ ...best, match: comparisonsOf(best, groups) }] : [];
  });
}

function toRule(group: Group, decisions: Decisions, openByType: ReadonlyMap<string, number>): Rule {
  const { type, kind, node, field, links, isExact } = group;
  const claimed = new Map<Candidate, number>();
  const single = [...links].flatMap(([resource, records]) =>
    records?.size === 1 ? [...records].map((candidate) => ({ resource, candidate })) : [],
  );
  for (const { candidate } of single) claimed.set(candidate, (claimed.get(candidate) ?? 0) + 1);
  const matched = new Map<Collected, Candidate>();
  for (const { resource, candidate } of single)
    if (
      resource.isOpen &&
      (!isExclusive(kind) || claimed.get(candidate) === 1) &&
      allows(decisions.get(resource)?.get(kind), candidate)
    )
      matched.set(resource, candidate);
  return {
    type,
    kind,
    node,
    field,
    as: comparatorOf(field, isExact),
    matched,
    of: openByType.get(type) ?? 0,
    contradicted: single.filter(({ resource }) => isContradiction(decisions.get(resource)?.get(kind))).length,
    found: new Set(single.map(({ candidate }) => candidate)),
    match: [],
  };
}

/** Compares by the number of matched resources, the order of evidence, the depth and the path. */
function isBetter(one: Rule, other: Rule): boolean {
  if (one.matched.size !== other.matched.size) return one.matched.size > other.matched.size;
  if (one.field.order !== other.field.order) return one.field.order < other.field.order;
  return precedes(one.node, other.node);
}

/** Returns the comparisons that hold for all matched resources: one for each other field. */
function comparisonsOf(rule: Rule, groups: readonly Group[]): Comparison[] {
  const byField = new Map<string, Comparison>();
  for (const { kind, node, field, links, isExact } of groups) {
    if (kind !== rule.kind || field.path === rule.field.path || field.path === "id") continue;
    const holds = [...rule.matched].every(([resource, candidate]) => links.get(resource)?.has(candidate));
    if (!holds) continue;
    const known = byField.get(field.path);
    if (!known || precedes(node, known.node))
      byField.set(field.path, { node, field, as: comparatorOf(field, isExact) });
  }
  return [...byField.values()].sort((one, other) => one.field.order - other.field.order);
}
