import { keyForm, type KeyComparator } from "../../../provider/model/keys/index.js";
import type { Comparator } from "../../../policy/rules/compare/index.js";
import type { InventoryRecord, Kind } from "../../../provider/model/records.js";
import type { Collected, Hit } from "./collect.js";
import { comparatorFor, comparedPaths, comparedValues } from "./compared.js";
import { isExclusive, type Decision, type Decisions } from "./decide.js";
import type { Field } from "./fields.js";
import { isList, precedes, type PropertyNode } from "./property-tree.js";
import type { Candidate } from "./record-index.js";

/** Minimum number of resources that a pattern matches. */
const MIN_MATCHED = 3;

/** Minimum share of the resources of a type that a pattern matches. */
const MIN_SHARE = 0.8;

/** Minimum number of resources on which a property agrees with a field that identifies no record. */
const MIN_COMPARED = 5;

/** Minimum number of different values of these resources. */
const MIN_DISTINCT = 2;

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
  /** JMESPath on the record. */
  readonly path: string;
  readonly as: Comparator;
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
function groupsOf(resources: readonly Collected[]): Iterable<Group> {
  const groups = new Map<PropertyNode, Map<string, Group>>();
  for (const resource of resources)
    for (const hit of resource.hits)
      for (const { kind, field, records, isExact } of linksOf(hit)) {
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

function link(links: Group["links"], resource: Collected, records: Set<Candidate>): void {
  if (records.size > 1 || (links.has(resource) && links.get(resource) === undefined)) {
    links.set(resource, undefined);
    return;
  }
  const known = links.get(resource);
  if (known) for (const record of records) known.add(record);
  else links.set(resource, records);
}

interface Link {
  readonly kind: Kind;
  readonly field: Field;
  readonly records: Set<Candidate>;
  isExact: boolean;
}

/** Returns the records of a hit by kind and field, for fields that a rule can look up. */
function linksOf({ entries, value }: Hit): Iterable<Link> {
  const links: Link[] = [];
  for (const { candidate, field, value: own } of entries) {
    const { kind } = candidate;
    const comparators = comparatorsOf[field.form];
    const as = comparators?.find((comparator) => agree(comparator, value, own));
    if (comparators === undefined || as === undefined) continue;
    const isExact = as === comparators[0];
    // A value has entries for few fields.
    const known = links.find((link) => link.kind === kind && link.field.path === field.path);
    if (!known) links.push({ kind, field, records: new Set([candidate]), isExact });
    else {
      known.records.add(candidate);
      known.isExact &&= isExact;
    }
  }
  return links;
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
  decisions: Decisions,
  openByType: ReadonlyMap<string, number>,
  recordOf: RecordOf,
): Rule[] {
  const byType = Map.groupBy(groupsOf(resources), ({ kind, type }) => `${kind} ${type}`);
  return [...byType.values()].flatMap((groups) => {
    const [best] = groups
      .map((group) => toRule(group, decisions, openByType))
      .filter(({ matched, of }) => matched.size >= MIN_MATCHED && matched.size >= MIN_SHARE * of)
      .sort((one, other) => (isBetter(one, other) ? -1 : 1));
    return best ? [{ ...best, match: comparisonsOf(best, groups, recordOf) }] : [];
  });
}

function toRule(group: Group, decisions: Decisions, openByType: ReadonlyMap<string, number>): Rule {
  const { type, kind, node, field, links, isExact } = group;
  const claimed = new Map<Candidate, number>();
  const single: { readonly resource: Collected; readonly candidate: Candidate }[] = [];
  for (const [resource, records] of links) {
    if (records?.size !== 1) continue;
    for (const candidate of records) {
      single.push({ resource, candidate });
      claimed.set(candidate, (claimed.get(candidate) ?? 0) + 1);
    }
  }
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

/** Returns the record of a candidate. */
export type RecordOf = (candidate: Candidate) => InventoryRecord | undefined;

const lacks = (record: InventoryRecord | undefined, field: number): boolean =>
  record !== undefined && comparedValues(record, comparedPaths[field] ?? "").length === 0;

/** Returns the comparisons that hold for all matched resources: one for each other field, identifying ones first. */
function comparisonsOf(rule: Rule, groups: readonly Group[], recordOf: RecordOf): Comparison[] {
  const identifying = identifyingComparisons(rule, groups);
  const used = new Set([rule.node, ...identifying.map(({ node }) => node)]);
  return [...identifying, ...otherComparisons(rule, used, recordOf)];
}

function identifyingComparisons(rule: Rule, groups: readonly Group[]): Comparison[] {
  const byField = new Map<Field, Comparison>();
  for (const { kind, node, field, links, isExact } of groups) {
    if (kind !== rule.kind || field.path === rule.field.path || field.path === "id" || isList(node)) continue;
    const holds = [...rule.matched].every(([resource, candidate]) => links.get(resource)?.has(candidate));
    if (!holds) continue;
    const known = byField.get(field);
    if (!known || precedes(node, known.node))
      byField.set(field, { node, path: field.path, as: comparatorOf(field, isExact) });
  }
  return [...byField].sort(([one], [other]) => one.order - other.order).map(([, comparison]) => comparison);
}

/** Agreements of one property with one field. */
interface Tally {
  readonly node: PropertyNode;
  readonly field: number;
  readonly resources: Set<Collected>;
  readonly forms: Set<string>;
  isExact: boolean;
}

/**
 * Returns the comparisons with fields that identify no record. Values of too few resources, or the same value on all of them, can
 * agree by chance. A record without the field cannot disagree.
 * @param used properties that are compared already
 */
function otherComparisons({ matched }: Rule, used: ReadonlySet<PropertyNode>, recordOf: RecordOf): Comparison[] {
  if (matched.size < MIN_COMPARED) return [];
  const tallies = new Map<PropertyNode, Map<number, Tally>>();
  for (const [resource, candidate] of matched)
    for (const { candidate: of, node, field, form, isExact } of resource.agreements) {
      if (of !== candidate || isList(node)) continue;
      let byField = tallies.get(node);
      if (!byField) tallies.set(node, (byField = new Map()));
      let tally = byField.get(field);
      if (!tally) byField.set(field, (tally = { node, field, resources: new Set(), forms: new Set(), isExact: true }));
      tally.resources.add(resource);
      tally.forms.add(form);
      tally.isExact &&= isExact;
    }
  const found = [...tallies.values()]
    .flatMap((byField) => [...byField.values()])
    .filter(({ resources, forms }) => resources.size >= MIN_COMPARED && forms.size >= MIN_DISTINCT)
    .filter(({ field, resources }) =>
      [...matched].every(([resource, candidate]) => resources.has(resource) || lacks(recordOf(candidate), field)),
    )
    .sort((one, other) => one.field - other.field || (precedes(one.node, other.node) ? -1 : 1));
  const [nodes, fields] = [new Set(used), new Set<number>()];
  return found.flatMap(({ node, field, isExact }) => {
    if (nodes.has(node) || fields.has(field)) return [];
    nodes.add(node);
    fields.add(field);
    const path = comparedPaths[field] ?? "";
    return [{ node, path, as: comparatorFor(path, isExact) }];
  });
}
