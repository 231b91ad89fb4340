import { judgeOne } from "../policy/rules/index.js";
import type { Lookup } from "../policy/rules/lookup.js";
import { refer } from "../policy/rules/references.js";
import { qualifyUrn } from "../policy/rules/organization-urn.js";
import { withoutIgnore, type Reference, type RulesFile } from "../policy/rules/rules-file.js";
import type { Finding } from "../policy/rules/types.js";
import type { Kind } from "../provider/inventory/records.js";
import { stackNameOf } from "./stack-name.js";
import type { Deployed, Position } from "./sources/pulumi-state.js";

/** A resource that refers to records: what of it the rules of a whole stack look at. */
export interface Claim {
  readonly urn: string;
  /** True of a resource that its stack only reads: it claims no record. */
  readonly external?: boolean;
  readonly references: readonly { readonly kind: Kind; readonly ids: readonly string[]; readonly open: boolean }[];
}

/** A finding, and where the program makes the resource. */
export interface PlacedFinding extends Finding {
  readonly position?: Position;
}

/** One stack, judged resource by resource. */
export interface StackPart {
  readonly name: string;
  readonly resources: number;
  readonly referencing: number;
  readonly claims: readonly Claim[];
  readonly findings: readonly PlacedFinding[];
  /** The entries of the rules that govern any of its resources. */
  readonly used: ReadonlySet<Reference>;
  /** The types of all its resources. */
  readonly types: ReadonlySet<string>;
}

/** What resources are judged by. */
export interface Judgement {
  readonly lookup: Lookup;
  readonly rules: RulesFile;
  readonly now: Date;
}

/** Judges one resource after the other, and keeps nothing of it but what was found and what it refers to. */
export class StackGatherer {
  #name: string | undefined;
  #resources = 0;
  #referencing = 0;
  readonly #claims: Claim[] = [];
  readonly #findings: PlacedFinding[] = [];
  readonly #types = new Set<string>();
  readonly #used = new Set<Reference>();
  readonly #by: Judgement;
  /** What the rules file ignores is passed over in the report, which counts it. */
  readonly #apart: RulesFile["ignore"];

  readonly #organization: string | undefined;

  /** @param organization whose stack it is. Default: it is not known, or the backend has none */
  constructor(by: Judgement, organization?: string) {
    this.#organization = organization;
    this.#by = { ...by, rules: withoutIgnore(by.rules) };
    this.#apart = by.rules.ignore;
  }

  add({ resource: deployed, position }: Deployed): void {
    const resource = this.#named(deployed);
    const { lookup, rules, now } = this.#by;
    this.#name ??= stackNameOf(resource.urn);
    this.#resources += 1;
    const referring = refer(resource, rules, lookup);
    const isNewType = !this.#types.has(resource.type);
    this.#types.add(resource.type);
    if (referring.references.length === 0) return;
    if (isNewType) {
      for (const { entry } of referring.references) this.#used.add(entry);
    }
    const found: Finding[] = [];
    judgeOne({ ...referring, lookup, rules }, now, found, this.#apart);
    for (const finding of found) this.#findings.push(position ? { ...finding, position } : finding);
    const references = referring.references
      .filter(({ ids, undecided }) => ids.length > 0 || undecided)
      .map(({ kind, ids, undecided }) => ({ kind, ids, open: undecided }));
    if (references.length === 0) return;
    if (references.some(({ ids }) => ids.length > 0)) this.#referencing += 1;
    this.#claims.push({ urn: resource.urn, references, ...(resource.external ? { external: true } : {}) });
  }

  #named(resource: Deployed["resource"]): Deployed["resource"] {
    if (this.#organization === undefined) return resource;
    return { ...resource, urn: qualifyUrn(resource.urn, this.#organization) };
  }

  /** @param name what the stack is called where no resource names it */
  end(name: string): StackPart {
    return {
      name: this.#name ?? name,
      resources: this.#resources,
      referencing: this.#referencing,
      claims: this.#claims,
      findings: this.#findings,
      used: this.#used,
      types: this.#types,
    };
  }
}
