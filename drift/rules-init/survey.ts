import { keyForm, type KeyComparator } from "../../provider/model/keys/index.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { canHaveRecord, resolveReferences } from "../../policy/rules/core/references.js";
import { isSecret } from "../../policy/rules/core/show.js";
import { conventionalRules } from "../../policy/rules/file/rules-file.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { kinds, type InventoryRecord, type Kind } from "../../provider/model/records.js";
import { attributesRead, identifyingValues, namedFieldsRead } from "../adopt/match/fields.js";
import { comparatorsOf } from "../adopt/match/patterns.js";
import { precedes, PropertyTree, type PropertyNode } from "../adopt/match/property-tree.js";

/** A property that agrees with a field of the record, and the number of resources for which it does. */
export interface Agreement {
  readonly node: PropertyNode;
  readonly record: string;
  readonly as: KeyComparator;
  resources: number;
}

/** A place where resources of a type name records of a kind by their ids. */
export interface IdPlace {
  readonly kind: Kind;
  /** Undefined for tags by convention. */
  readonly node: PropertyNode | undefined;
  /** Resources that name an existing record there. */
  found: number;
  /** Resources with a value there. */
  named: number;
  readonly agreements: Map<string, Agreement>;
}

/** What the resources of a type have. */
export interface SurveyedType {
  resources: number;
  readonly places: readonly IdPlace[];
}

/** Counts types, and the places where resources have ids of records. Keeps no resource. */
export class Survey {
  readonly #lookup: Lookup;
  readonly #types = new Map<string, TypeSurvey>();

  constructor(inventory: InventoryReader) {
    const fields = (kind: Kind): readonly string[] => [...namedFieldsRead, ...(attributesRead[kind] ?? [])];
    // Every text of every resource is looked up, so each kind is read whole.
    this.#lookup = new Lookup(inventory, { expected: Infinity, fields });
  }

  add(resource: Resource): void {
    const { type, component, external } = resource;
    if (!canHaveRecord(type) || component === true || external === true) return;
    let survey = this.#types.get(type);
    if (!survey) this.#types.set(type, (survey = new TypeSurvey(!type.includes(":"))));
    survey.add(resource, this.#lookup, this.#kinds());
  }

  /** Returns the types, the most frequent first. */
  types(): [type: string, SurveyedType][] {
    return [...this.#types]
      .map(([type, survey]): [string, SurveyedType] => [type, survey.result()])
      .sort(([one, a], [other, b]) => b.resources - a.resources || (one < other ? -1 : 1));
  }

  #kinds(): readonly Kind[] {
    const { counts } = this.#lookup.info();
    return kinds.filter((kind) => (counts[kind] ?? 0) > 0);
  }
}

class TypeSurvey {
  readonly #tree = new PropertyTree();
  readonly #isTerraform: boolean;
  readonly #places = new Map<string, IdPlace>();
  /** Resources with a value, by the path of the property. */
  readonly #values = new Map<string, number>();
  #resources = 0;

  constructor(isTerraform: boolean) {
    this.#isTerraform = isTerraform;
  }

  add(resource: Resource, lookup: Lookup, held: readonly Kind[]): void {
    this.#resources += 1;
    const values = this.#valuesOf(resource);
    for (const { path } of values.keys()) this.#values.set(path, (this.#values.get(path) ?? 0) + 1);
    const tagged = new Set<Kind>();
    for (const { kind, ids, records } of resolveReferences(resource, conventionalRules, lookup).references) {
      if (ids.length === 0) continue;
      tagged.add(kind);
      const place = this.#place(kind, undefined);
      place.named += 1;
      if (records.length > 0) this.#compare(place, records, values);
    }
    for (const kind of held) {
      if (tagged.has(kind)) continue;
      for (const [node, value] of values) {
        const record = lookup.record(kind, value);
        if (record) this.#compare(this.#place(kind, node), [record], values);
      }
    }
  }

  result(): SurveyedType {
    for (const place of this.#places.values())
      if (place.node) place.named = this.#values.get(place.node.path) ?? place.found;
    return { resources: this.#resources, places: [...this.#places.values()] };
  }

  /** Returns the first value of each property. Values of secrets are left out. */
  #valuesOf(resource: Resource): Map<PropertyNode, string> {
    const values = new Map<PropertyNode, string>();
    this.#tree.visit(resource.properties, this.#isTerraform, (node, value) => {
      if (!values.has(node) && !isSecret(value, resource)) values.set(node, value);
    });
    return values;
  }

  #place(kind: Kind, node: PropertyNode | undefined): IdPlace {
    const key = `${kind} ${node?.path ?? ""}`;
    let place = this.#places.get(key);
    if (!place) this.#places.set(key, (place = { kind, node, found: 0, named: 0, agreements: new Map() }));
    return place;
  }

  #compare(place: IdPlace, records: readonly InventoryRecord[], values: ReadonlyMap<PropertyNode, string>): void {
    place.found += 1;
    const agreeing = new Map<string, Omit<Agreement, "resources">>();
    for (const record of records)
      for (const { field, value: own } of identifyingValues(record)) {
        if (field.path === "id") continue;
        for (const [node, value] of values) {
          const as = comparatorsOf[field.form]?.find((how) => agrees(how, value, own));
          if (as !== undefined && node !== place.node)
            agreeing.set(`${node.path} ${field.path}`, { node, record: field.path, as });
        }
      }
    for (const [key, agreement] of agreeing) {
      const known = place.agreements.get(key);
      if (!known) place.agreements.set(key, { ...agreement, resources: 1 });
      // One comparator serves all resources: the weaker one agrees for those of the exact one.
      else place.agreements.set(key, { ...known, as: weaker(known.as, agreement.as), resources: known.resources + 1 });
    }
  }
}

const weaker = (one: KeyComparator, other: KeyComparator): KeyComparator => (one === "equals" ? other : one);

function agrees(as: KeyComparator, one: string, other: string): boolean {
  const form = keyForm(as, one);
  return form !== undefined && form === keyForm(as, other);
}

/** Returns the place by which most resources name records of the kind; undefined without one that most of its values support. */
export function bestPlace({ places }: SurveyedType, kind: Kind): IdPlace | undefined {
  const [best] = places
    .filter((place) => place.kind === kind && place.found > 0 && place.found >= MIN_SHARE * place.named)
    .sort((one, other) => other.found - one.found || (isFirst(one, other) ? -1 : 1));
  return best;
}

/** Minimum share of the values of a property that are ids of records. */
const MIN_SHARE = 0.8;

function isFirst({ node }: IdPlace, { node: other }: IdPlace): boolean {
  if (node === undefined || other === undefined) return node === undefined;
  return precedes(node, other);
}

/** Returns one agreement for each field of the record: the one of most resources, the nearest to the resource. */
export function bestAgreements({ agreements }: IdPlace): Agreement[] {
  const byField = new Map<string, Agreement>();
  for (const agreement of agreements.values()) {
    const known = byField.get(agreement.record);
    const isBetter =
      !known ||
      agreement.resources > known.resources ||
      (agreement.resources === known.resources && precedes(agreement.node, known.node));
    if (isBetter) byField.set(agreement.record, agreement);
  }
  return [...byField.values()].sort((one, other) => (one.record < other.record ? -1 : 1));
}
