import { kinds, type Kind } from "../../provider/model/records.js";
import type { StackReference, StackResource } from "../../policy/rules/core/types.js";
import { nameOf } from "../sources/pulumi/pulumi-state.js";
import type { ResourceReferences } from "./stack-evaluator.js";
import { stackNameOf } from "../common/stack-name.js";

/** Resources by the kind and id of the records that they refer to; `open` are those with unknown references. */
export class ReferenceIndex {
  readonly #byKind = new Map<Kind, Map<string, string[]>>(kinds.map((kind) => [kind, new Map<string, string[]>()]));
  readonly #open = new Map<string, Set<Kind>>();
  readonly #known = new Set<readonly string[]>();

  constructor(claims: Iterable<ResourceReferences>) {
    for (const { urn, references } of claims)
      for (const { kind, ids, undecided } of references) {
        for (const id of ids) this.#add(kind, id, urn);
        if (undecided) this.#open.set(urn, (this.#open.get(urn) ?? new Set()).add(kind));
      }
    for (const users of this.#byKind.values()) for (const urns of users.values()) if (urns.length > 1) urns.sort();
  }

  #add(kind: Kind, id: string, urn: string): void {
    const users = this.#byKind.get(kind);
    const urns = users?.get(id);
    if (urns === undefined) users?.set(id, [urn]);
    else if (urns.at(-1) !== urn) urns.push(urn);
  }

  resourcesOf(kind: Kind, id: string): string[] {
    return this.#byKind.get(kind)?.get(id) ?? [];
  }

  /** Returns the resources that refer to an existing record. */
  resourcesOfKnown(kind: Kind, id: string): string[] {
    const urns = this.#byKind.get(kind)?.get(id);
    if (urns === undefined) return [];
    this.#known.add(urns);
    return urns;
  }

  /** Returns the sorted ids of a kind that {@link resourcesOfKnown} was not called with. */
  unresolvedIds(kind: Kind): string[] {
    const all = [...(this.#byKind.get(kind) ?? [])];
    return all.flatMap(([id, urns]) => (this.#known.has(urns) ? [] : [id])).sort();
  }

  /** Returns whether a resource refers, or can refer, to a record of a kind. */
  refersTo(kind: Kind): boolean {
    return (this.#byKind.get(kind)?.size ?? 0) > 0 || [...this.#open.values()].some((open) => open.has(kind));
  }

  open(): { urn: string; kinds: Kind[] }[] {
    return [...this.#open]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([urn, open]) => ({ urn, kinds: kinds.filter((kind) => open.has(kind)) }));
  }
}

/** Returns the type in a URN. */
export function typeOf(urn: string): string {
  const [, , types = ""] = urn.split("::");
  return types.slice(types.lastIndexOf("$") + 1);
}

/** Removes duplicates: a state can list a resource twice. */
export function mergeByUrn(claims: readonly ResourceReferences[]): ResourceReferences[] {
  const byUrn = new Map<string, ResourceReferences>();
  for (const claim of claims) {
    const earlier = byUrn.get(claim.urn);
    byUrn.set(claim.urn, earlier === undefined ? claim : bothOf(earlier, claim));
  }
  return byUrn.size === claims.length ? [...claims] : [...byUrn.values()];
}

/** Merges two entries of a resource. If one stack reads the resource and another owns it, it counts as owned. */
function bothOf(one: ResourceReferences, other: ResourceReferences): ResourceReferences {
  const references = [...one.references, ...other.references];
  return { urn: one.urn, references, ...(one.external && other.external ? { external: true } : {}) };
}

const isOpen = ({ references }: ResourceReferences): boolean => references.some(({ undecided }) => undecided);

/**
 * Returns the resources for stack rules, in an order that does not depend on the input: messages list undecided resources in
 * this order.
 * @param several whether there are several stacks: then names get a stack
 */
export function toReferring(claims: readonly ResourceReferences[], several: boolean): StackResource[] {
  const open = claims.filter(isOpen).sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const all = open.length === 0 ? claims : [...open, ...claims.filter((claim) => !isOpen(claim))];
  return all.map((claim) => new ReferringResource(claim, several));
}

/** A resource known only by its URN. Name and type are derived on demand. */
class ReferringResource implements StackResource {
  readonly #claim: ResourceReferences;
  readonly #several: boolean;

  constructor(claim: ResourceReferences, several: boolean) {
    this.#claim = claim;
    this.#several = several;
  }

  /** One object for both saves half of the memory: a fleet has many resources. */
  get resource(): this {
    return this;
  }

  get references(): readonly StackReference[] {
    return this.#claim.references;
  }

  get urn(): string {
    return this.#claim.urn;
  }

  get external(): boolean {
    return this.#claim.external === true;
  }

  get type(): string {
    return typeOf(this.urn);
  }

  get name(): string {
    return this.#several ? `${nameOf(this.urn)} of ${stackNameOf(this.urn)}` : nameOf(this.urn);
  }
}

/** Returns the lists of references, each once: resources that refer to the same record share their list. */
export function distinctReferences<References>(
  resources: Iterable<{ readonly references: References }>,
): ReadonlySet<References> {
  const distinct = new Set<References>();
  for (const { references } of resources) distinct.add(references);
  return distinct;
}

/** Returns the references in a written report. */
export function referencesOf(report: {
  readonly coverage: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly missingRecords: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly notInCoverage: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly undecidedResources: readonly { urn: string; kinds: readonly Kind[] }[];
  readonly external: readonly string[];
}): ResourceReferences[] {
  const external = new Set(report.external);
  const claims = new Map<string, StackReference[]>();
  const add = (urn: string, kind: Kind, ids: string[], undecided: boolean): void => {
    const references = claims.get(urn) ?? [];
    claims.set(urn, [...references, { kind, ids, undecided }]);
  };
  for (const { kind, recordId, resources } of [...report.coverage, ...report.missingRecords, ...report.notInCoverage])
    for (const urn of resources) add(urn, kind, [recordId], false);
  for (const { urn, kinds: undecided } of report.undecidedResources)
    for (const kind of undecided) add(urn, kind, [], true);
  return [...claims].map(([urn, references]) => ({
    urn,
    references,
    ...(external.has(urn) ? { external: true } : {}),
  }));
}
