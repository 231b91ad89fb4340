import type { Lookup } from "../../../policy/rules/core/lookup.js";
import { canHaveRecord, resolveReferences } from "../../../policy/rules/core/references.js";
import { isSecret } from "../../../policy/rules/core/show.js";
import { trackedReferences, type RulesFile } from "../../../policy/rules/file/rules-file.js";
import { countryOfRegion } from "../../../policy/rules/regions/index.js";
import { regionOf } from "../../../policy/rules/regions/region-of.js";
import type { ResolvedResource } from "../../../policy/rules/core/types.js";
import type { Resource } from "../../../policy/rules/resource/resource.js";
import { PropertyTree, type PropertyNode } from "./property-tree.js";
import { comparedForm, comparedPaths, comparedValues } from "./compared.js";
import type { Bucket, Candidate, Entry, RecordIndex } from "./record-index.js";
import { tagPlaceOf, type TagPlace } from "./tag.js";
import { foldedText } from "./values.js";

/** A value of a resource that records have, too. */
export interface Hit {
  readonly node: PropertyNode;
  readonly value: string;
  readonly bucket: Bucket;
  /** The entries of the bucket, without locations in another city. */
  readonly entries: readonly Entry[];
}

/** A resource with a value that a record has, or whose record the user has accepted. */
export interface Collected {
  readonly urn: string;
  readonly type: string;
  readonly stack: string;
  readonly tagPlace: TagPlace;
  /** False if the resource refers to a record, or cannot refer to one. */
  readonly isOpen: boolean;
  readonly region: Region | undefined;
  readonly hits: readonly Hit[];
  /** Properties that agree with another field of a record that a hit points to. */
  readonly agreements: readonly Agreement[];
}

/** A property that agrees with a compared field of a record. */
export interface Agreement {
  readonly candidate: Candidate;
  readonly node: PropertyNode;
  /** The field, as a place in {@link comparedPaths}. */
  readonly field: number;
  readonly form: string;
  readonly isExact: boolean;
}

const NO_AGREEMENTS: readonly Agreement[] = [];

/** The region of a resource, and its country as ISO 3166-1 alpha-2. */
export interface Region {
  readonly name: string;
  readonly country: string;
}

/** What a collector reads resources by. */
export interface CollectorInput {
  readonly rules: RulesFile;
  readonly lookup: Lookup;
  readonly index: RecordIndex;
  /** Resources whose record the user has accepted, by URN. Default: none. */
  readonly accepted?: ReadonlyMap<string, unknown> | undefined;
  /** Called once with each resource that can be adopted, or has a record. */
  readonly onResource?: ((resolved: ResolvedResource, lookup: Lookup) => void) | undefined;
}

/** Reads resources one by one, and keeps those that share a value with a record, or have an accepted one. */
export class Collector {
  readonly collected: Collected[] = [];
  /** By type: resources without a reference. */
  readonly openByType = new Map<string, number>();
  /** Names of the stacks. */
  readonly stacks = new Set<string>();
  resources = 0;
  /** Resources that refer to a record. */
  referencing = 0;
  /** Resources by country. */
  readonly byCountry = new Map<string, number>();
  readonly #trees = new Map<string, PropertyTree>();
  readonly #seen = new Set<string>();
  readonly #by: CollectorInput;
  #count = 0;

  constructor(by: CollectorInput) {
    this.#by = by;
  }

  /** @param stack name of the stack of the resource */
  add(resource: Resource, stack: string): void {
    const { urn, type } = resource;
    if (!canHaveRecord(type) || this.#seen.has(urn)) return;
    this.#seen.add(urn);
    const resolved = resolveReferences(resource, this.#by.rules, this.#by.lookup);
    const isReferring = this.#markReferences(resolved);
    if (resource.component === true || resource.external === true) return;
    this.stacks.add(stack);
    this.resources += 1;
    if (isReferring) this.referencing += 1;
    else this.openByType.set(type, (this.openByType.get(type) ?? 0) + 1);
    // A tracked record has the values of its record, but is not a second resource with them.
    if (isTracked(type)) return;
    this.#by.onResource?.(resolved, this.#by.lookup);
    const region = regionIn(resource);
    if (region) this.byCountry.set(region.country, (this.byCountry.get(region.country) ?? 0) + 1);
    const { hits, agreements } = this.#valuesOf(resource);
    if (hits.length === 0 && !this.#by.accepted?.has(urn)) return;
    const tagPlace = tagPlaceOf(resource);
    this.collected.push({ urn, type, stack, tagPlace, isOpen: !isReferring, region, hits, agreements });
  }

  /** Returns whether the resource names a record, and marks the records that it names. */
  #markReferences({ resource, references }: ResolvedResource): boolean {
    const { index } = this.#by;
    for (const { kind, records } of references)
      for (const { id } of resource.external ? [] : records) {
        const candidate = index.candidates.get(kind)?.get(id);
        if (!candidate) continue;
        candidate.isReferenced = true;
        if (isTracked(resource.type)) candidate.isTracked = true;
        else candidate.isTaken = true;
      }
    return references.some(({ ids, undecided }) => ids.length > 0 || undecided);
  }

  #valuesOf(resource: Resource): Pick<Collected, "hits" | "agreements"> {
    const { index } = this.#by;
    const number = (this.#count += 1);
    let tree = this.#trees.get(resource.type);
    if (!tree) this.#trees.set(resource.type, (tree = new PropertyTree()));
    const found: Hit[] = [];
    const compared: Compared[] = [];
    const texts: string[] = [];
    tree.visit(resource.properties, !resource.type.includes(":"), (node, value) => {
      if (node.last === number && node.lastValue === value) return;
      node.last = number;
      node.lastValue = value;
      texts.push(value);
      const { buckets, forms } = index.find(value);
      for (const bucket of buckets) found.push({ node, value, bucket, entries: bucket.entries });
      for (const form of forms) compared.push({ node, value, form });
    });
    const hits: Hit[] = [];
    for (const hit of found) {
      if (isSecret(hit.value, resource)) continue;
      const entries = inTheirCity(hit, texts);
      if (entries.length === 0) continue;
      if (hit.bucket.last !== number) {
        hit.bucket.last = number;
        hit.bucket.resources += 1;
      }
      hits.push(entries === hit.entries ? hit : { ...hit, entries });
    }
    const plain = hits.length === 0 ? [] : compared.filter(({ value }) => !isSecret(value, resource));
    return { hits, agreements: plain.length === 0 ? NO_AGREEMENTS : this.#agreementsOf(hits, plain) };
  }

  /** Compares values with the records that an identifying value points to alone. */
  #agreementsOf(hits: readonly Hit[], compared: readonly Compared[]): Agreement[] {
    const candidates = new Set(hits.flatMap(({ entries }) => soleCandidates(entries)));
    return [...candidates].flatMap((candidate) => {
      const record = this.#by.lookup.all(candidate.kind).get(candidate.id);
      return comparedPaths.flatMap((path, field) =>
        (record ? comparedValues(record, path) : []).flatMap((text) => {
          const wanted = comparedForm(path, text);
          return compared
            .filter(({ form }) => form === wanted)
            .map(({ node, value, form }) => ({ candidate, node, field, form, isExact: value === text }));
        }),
      );
    });
  }
}

/** A value of a resource that some record has in a compared field. */
interface Compared {
  readonly node: PropertyNode;
  readonly value: string;
  readonly form: string;
}

/** Returns the records that are the only one of their kind with a value. */
function soleCandidates(entries: readonly Entry[]): readonly Candidate[] {
  const [first] = entries;
  if (entries.length > MAX_ENTRIES || first === undefined) return [];
  const all = new Set(entries.map(({ candidate }) => candidate));
  return [...all].filter(({ kind, id }) => ![...all].some((other) => other.kind === kind && other.id !== id));
}

/** Maximum number of entries of a value to compare records for. */
const MAX_ENTRIES = 10;

/** Returns whether a type is a tracked record. */
const isTracked = (type: string): boolean => trackedReferences.some(({ types }) => types.includes(type));

/** Returns the entries without locations whose city the resource does not name beside their postal code. */
function inTheirCity({ value, entries }: Hit, texts: readonly string[]): readonly Entry[] {
  if (entries[0]?.city === undefined) return entries;
  const whole = ` ${foldedText(value)} `;
  const all = new Set(texts.map(foldedText));
  return entries.filter(({ city = "" }) => {
    const folded = foldedText(city);
    return folded !== "" && (all.has(folded) || whole.includes(` ${folded} `));
  });
}

function regionIn(resource: Resource): Region | undefined {
  const region = regionOf(resource);
  if (region?.name === undefined) return undefined;
  const country = countryOfRegion(region.cloud, region.name);
  return typeof country === "string" ? { name: region.name, country } : undefined;
}
