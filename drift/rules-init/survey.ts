import { keyForm, type KeyComparator } from "../../provider/model/keys/index.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { isSecret } from "../../policy/rules/core/show.js";
import type { ResolvedResource } from "../../policy/rules/core/types.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryRecord, Kind } from "../../provider/model/records.js";
import { identifyingValues } from "../adopt/match/fields.js";
import { comparatorsOf } from "../adopt/match/patterns.js";
import { isList, precedes, PropertyTree, type PropertyNode } from "../adopt/match/property-tree.js";

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
  readonly #kinds: readonly Kind[];
  readonly #types = new Map<string, TypeSurvey>();

  /** @param kinds kinds that have records */
  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
  }

  /** @param resolved a resource with its references by convention */
  add(resolved: ResolvedResource, lookup: Lookup): void {
    const { type } = resolved.resource;
    let survey = this.#types.get(type);
    if (!survey) this.#types.set(type, (survey = new TypeSurvey(!type.includes(":"))));
    survey.add(resolved, lookup, this.#kinds);
  }

  /** Returns the types, the most frequent first. */
  types(): [type: string, SurveyedType][] {
    return [...this.#types]
      .map(([type, survey]): [string, SurveyedType] => [type, survey.result()])
      .sort(([one, a], [other, b]) => b.resources - a.resources || (one < other ? -1 : 1));
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

  add({ resource, references }: ResolvedResource, lookup: Lookup, held: readonly Kind[]): void {
    this.#resources += 1;
    const values = this.#valuesOf(resource);
    const compared = new ComparedValues(values);
    for (const { path } of values.keys()) this.#values.set(path, (this.#values.get(path) ?? 0) + 1);
    const tagged = new Set<Kind>();
    for (const { kind, ids, records } of references) {
      if (ids.length === 0) continue;
      tagged.add(kind);
      const place = this.#place(kind, undefined);
      place.named += 1;
      if (records.length > 0) this.#compare(place, records, compared);
    }
    for (const kind of held) {
      if (tagged.has(kind)) continue;
      for (const [node, value] of values) {
        const record = lookup.record(kind, value);
        if (record) this.#compare(this.#place(kind, node), [record], compared);
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

  #compare(place: IdPlace, records: readonly InventoryRecord[], values: ComparedValues): void {
    place.found += 1;
    for (const [key, agreement] of agreementsWith(records, values)) {
      if (agreement.node === place.node || isList(agreement.node)) continue;
      const known = place.agreements.get(key);
      if (!known) place.agreements.set(key, { ...agreement, resources: 1 });
      // One comparator serves all resources: the weaker one agrees for those of the exact one.
      else place.agreements.set(key, { ...known, as: weaker(known.as, agreement.as), resources: known.resources + 1 });
    }
  }
}

/** The values of a resource, by the forms in which comparators compare them. */
class ComparedValues {
  readonly #values: ReadonlyMap<PropertyNode, string>;
  readonly #byForm = new Map<KeyComparator, Map<string | undefined, PropertyNode[]>>();

  constructor(values: ReadonlyMap<PropertyNode, string>) {
    this.#values = values;
  }

  /** Returns the properties whose value agrees with a text. */
  agreeing(as: KeyComparator, text: string): readonly PropertyNode[] {
    const form = keyForm(as, text);
    if (form === undefined) return [];
    let byForm = this.#byForm.get(as);
    if (!byForm) {
      const nodes = Map.groupBy(this.#values, ([, value]) => keyForm(as, value));
      byForm = new Map([...nodes].map(([one, entries]) => [one, entries.map(([node]) => node)]));
      this.#byForm.set(as, byForm);
    }
    return byForm.get(form) ?? [];
  }
}

type Agreeing = Map<string, Omit<Agreement, "resources">>;

/** Returns the properties that agree with a field of all records. */
function agreementsWith([first, ...others]: readonly InventoryRecord[], values: ComparedValues): Agreeing {
  const all: Agreeing = first ? agreementsWithOne(first, values) : new Map();
  for (const other of others) {
    const own = agreementsWithOne(other, values);
    for (const [key, agreement] of all) {
      const as = own.get(key)?.as;
      if (as === undefined) all.delete(key);
      else all.set(key, { ...agreement, as: weaker(agreement.as, as) });
    }
  }
  return all;
}

function agreementsWithOne(record: InventoryRecord, values: ComparedValues): Agreeing {
  const agreeing: Agreeing = new Map();
  for (const { field, value } of identifyingValues(record)) {
    if (field.path === "id") continue;
    for (const as of comparatorsOf[field.form] ?? [])
      for (const node of values.agreeing(as, value)) {
        const key = `${node.path} ${field.path}`;
        // The exact comparator comes first. A later value of a list can agree exactly, too.
        if (as === "equals" || !agreeing.has(key)) agreeing.set(key, { node, record: field.path, as });
      }
  }
  return agreeing;
}

const weaker = (one: KeyComparator, other: KeyComparator): KeyComparator => (one === "equals" ? other : one);

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
