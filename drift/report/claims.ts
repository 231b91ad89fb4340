import { kinds, type Kind } from "../../provider/inventory/records.js";
import { trackedReferences, type Reference } from "../../policy/rules/rules-file.js";
import type { FoundReference, Referring } from "../../policy/rules/types.js";
import { nameOf } from "../sources/pulumi-state.js";
import type { Claim } from "../gather.js";
import { stackNameOf } from "../stack-name.js";

/** Which resources refer to which records, by kind and id; `open` are those of which it is not known. */
export class Users {
  readonly #byKind = new Map<Kind, Map<string, string[]>>(kinds.map((kind) => [kind, new Map<string, string[]>()]));
  readonly #open = new Map<string, Set<Kind>>();

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

  /** The ids of a kind that are referred to and not among these, sorted. */
  beside(kind: Kind, known: ReadonlySet<string>): string[] {
    return [...(this.#byKind.get(kind)?.keys() ?? [])].filter((id) => !known.has(id)).sort();
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

function entryOf(kind: Kind, type: string): Reference {
  const tracked = trackedReferences.find((entry) => entry.types.includes(type));
  return tracked?.kind === kind ? tracked : plain(kind);
}

/** A resource that a state names twice claims once. */
export function onePerResource(claims: readonly Claim[]): Claim[] {
  const byUrn = new Map<string, Claim>();
  for (const claim of claims) {
    const { urn, references } = byUrn.get(claim.urn) ?? {};
    byUrn.set(claim.urn, urn === undefined ? claim : { urn, references: [...(references ?? []), ...claim.references] });
  }
  return byUrn.size === claims.length ? [...claims] : [...byUrn.values()];
}

/**
 * Claims as the rules of a whole stack take them, in an order that does not depend on how they came.
 * @param several whether there are several stacks: then a name alone is not enough
 */
export function toReferring(claims: readonly Claim[], several: boolean): Referring[] {
  return [...claims]
    .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0))
    .map(({ urn, references }) => {
      const type = typeOf(urn);
      return {
        resource: { urn, type, name: several ? `${nameOf(urn)} of ${stackNameOf(urn)}` : nameOf(urn), properties: {} },
        references: references.map(({ kind, ids, open }): FoundReference => ({
          entry: entryOf(kind, type),
          kind,
          ids,
          records: [],
          missing: [],
          ambiguous: [],
          undecided: open,
          unavailable: undefined,
        })),
        withheld: false,
      };
    });
}

/** The claims of a report that was written. */
export function claimsOf(report: {
  readonly coverage: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly unresolved: readonly { kind: Kind; recordId: string; resources: readonly string[] }[];
  readonly open: readonly { urn: string; kinds: readonly Kind[] }[];
}): Claim[] {
  const claims = new Map<string, { kind: Kind; ids: string[]; open: boolean }[]>();
  const add = (urn: string, kind: Kind, ids: string[], open: boolean): void => {
    const references = claims.get(urn) ?? [];
    claims.set(urn, [...references, { kind, ids, open }]);
  };
  for (const { kind, recordId, resources } of [...report.coverage, ...report.unresolved])
    for (const urn of resources) add(urn, kind, [recordId], false);
  for (const { urn, kinds: open } of report.open) for (const kind of open) add(urn, kind, [], true);
  return [...claims].map(([urn, references]) => ({ urn, references }));
}
