import { kinds, type Kind } from "../../provider/inventory/records.js";
import { trackedReferences, type Reference } from "../../policy/rules/rules-file.js";
import type { FoundReference, Referring, Resource } from "../../policy/rules/types.js";
import { nameOf } from "../sources/pulumi-state.js";
import type { Claim } from "../gather.js";
import { stackNameOf } from "../stack-name.js";

/** Which resources refer to which records, by kind and id; `open` are those of which it is not known. */
export class Users {
  readonly #byKind = new Map<Kind, Map<string, string[]>>(kinds.map((kind) => [kind, new Map<string, string[]>()]));
  readonly #open = new Map<string, Set<Kind>>();
  readonly #known = new Set<readonly string[]>();

  constructor(claims: Iterable<Claim>) {
    for (const { urn, references } of claims)
      for (const { kind, ids, open } of references) {
        for (const id of ids) this.#add(kind, id, urn);
        if (open) this.#open.set(urn, (this.#open.get(urn) ?? new Set()).add(kind));
      }
    for (const users of this.#byKind.values()) for (const urns of users.values()) if (urns.length > 1) urns.sort();
  }

  #add(kind: Kind, id: string, urn: string): void {
    const users = this.#byKind.get(kind);
    const urns = users?.get(id);
    if (urns === undefined) users?.set(id, [urn]);
    else if (urns.at(-1) !== urn) urns.push(urn);
  }

  of(kind: Kind, id: string): string[] {
    return this.#byKind.get(kind)?.get(id) ?? [];
  }

  /** Those of a record that there is. */
  ofKnown(kind: Kind, id: string): string[] {
    const urns = this.#byKind.get(kind)?.get(id);
    if (urns === undefined) return [];
    this.#known.add(urns);
    return urns;
  }

  /** The ids of a kind that are referred to, and were not asked for as {@link ofKnown}, sorted. */
  ofNone(kind: Kind): string[] {
    const all = [...(this.#byKind.get(kind) ?? [])];
    return all.flatMap(([id, urns]) => (this.#known.has(urns) ? [] : [id])).sort();
  }

  /** Does any resource refer to a record of a kind, or may it? */
  refersTo(kind: Kind): boolean {
    return (this.#byKind.get(kind)?.size ?? 0) > 0 || [...this.#open.values()].some((open) => open.has(kind));
  }

  open(): { urn: string; kinds: Kind[] }[] {
    return [...this.#open]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([urn, open]) => ({ urn, kinds: kinds.filter((kind) => open.has(kind)) }));
  }
}

/** The type of a resource in its URN. */
export function typeOf(urn: string): string {
  const [, , types = ""] = urn.split("::");
  return types.slice(types.lastIndexOf("$") + 1);
}

/** How a claim is judged with others: by its ids alone, a tracked record as one. */
const plain = (kind: Kind): Reference => ({ types: ["*"], kind, required: false, match: [] });

const plainEntries = new Map(kinds.map((kind) => [kind, plain(kind)]));

function entryOf(kind: Kind, urn: string): Reference {
  const usual = plainEntries.get(kind) ?? plain(kind);
  if (!urn.includes("orange-cmdb:")) return usual;
  const type = typeOf(urn);
  return trackedReferences.find((entry) => entry.kind === kind && entry.types.includes(type)) ?? usual;
}

/** A resource that a state names twice claims once. */
export function onePerResource(claims: readonly Claim[]): Claim[] {
  const byUrn = new Map<string, Claim>();
  for (const claim of claims) {
    const earlier = byUrn.get(claim.urn);
    byUrn.set(claim.urn, earlier === undefined ? claim : bothOf(earlier, claim));
  }
  return byUrn.size === claims.length ? [...claims] : [...byUrn.values()];
}

/** A resource that is read in one place and owned in another is owned. */
function bothOf(one: Claim, other: Claim): Claim {
  const references = [...one.references, ...other.references];
  return { urn: one.urn, references, ...(one.external && other.external ? { external: true } : {}) };
}

const isOpen = ({ references }: Claim): boolean => references.some(({ open }) => open);

/**
 * Claims as the rules of a whole stack take them. Those rules name resources of which not all is known in the order in
 * which they come: so these are in an order that does not depend on it.
 * @param several whether there are several stacks: then a name alone is not enough
 */
export function toReferring(claims: readonly Claim[], several: boolean): Referring[] {
  const open = claims.filter(isOpen).sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const all = open.length === 0 ? claims : [...open, ...claims.filter((claim) => !isOpen(claim))];
  return all.map(({ urn, external, references }) => {
    const found = references.map(({ kind, ids, open: undecided }) => toFound(kind, urn, ids, undecided));
    return { resource: new Claimant(urn, several, external === true), references: found, withheld: false };
  });
}

/** A resource of which no more is known than its URN; what it says is told where something is found. */
class Claimant implements Resource {
  readonly urn: string;
  readonly external: boolean;
  readonly #several: boolean;

  constructor(urn: string, several: boolean, external: boolean) {
    this.urn = urn;
    this.external = external;
    this.#several = several;
  }

  get type(): string {
    return typeOf(this.urn);
  }

  get name(): string {
    return this.#several ? `${nameOf(this.urn)} of ${stackNameOf(this.urn)}` : nameOf(this.urn);
  }

  get properties(): Resource["properties"] {
    return {};
  }
}

const none: readonly never[] = [];

function toFound(kind: Kind, urn: string, ids: readonly string[], undecided: boolean): FoundReference {
  const entry = entryOf(kind, urn);
  return { entry, kind, ids, records: none, missing: none, ambiguous: none, undecided, unavailable: undefined };
}

/** The claims of a report that was written. */
export function claimsOf(report: {
  readonly coverage: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly unresolved: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly uncounted: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly open: readonly { urn: string; kinds: readonly Kind[] }[];
  readonly external: readonly string[];
}): Claim[] {
  const external = new Set(report.external);
  const claims = new Map<string, { kind: Kind; ids: string[]; open: boolean }[]>();
  const add = (urn: string, kind: Kind, ids: string[], open: boolean): void => {
    const references = claims.get(urn) ?? [];
    claims.set(urn, [...references, { kind, ids, open }]);
  };
  for (const { kind, recordId, resources } of [...report.coverage, ...report.unresolved, ...report.uncounted])
    for (const urn of resources) add(urn, kind, [recordId], false);
  for (const { urn, kinds: open } of report.open) for (const kind of open) add(urn, kind, [], true);
  return [...claims].map(([urn, references]) => ({
    urn,
    references,
    ...(external.has(urn) ? { external: true } : {}),
  }));
}
