import { evaluateOne } from "../../policy/rules/index.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { qualifyUrn } from "../../policy/rules/resource/organization-urn.js";
import { withoutIgnore, type Reference, type RulesFile } from "../../policy/rules/file/rules-file.js";
import type { Finding, ResourceContext, StackReference } from "../../policy/rules/core/types.js";
import { stackNameOf } from "../common/stack-name.js";
import type { Deployed, Position } from "../sources/pulumi/pulumi-state.js";

/** A resource that refers to records, with the data that stack rules need. */
export interface ResourceReferences {
  readonly urn: string;
  /** True if the stack only reads the resource; it then claims no record. */
  readonly external?: boolean;
  readonly references: readonly StackReference[];
}

/** An evaluated stack. */
export interface StackPart {
  readonly name: string;
  readonly resources: number;
  readonly referencing: number;
  readonly claims: readonly ResourceReferences[];
  /** Findings, with the position in the program that creates the resource, if it is known. */
  readonly findings: readonly (Finding & { readonly position?: Position })[];
  /** Entries of the rules with at least one of its resources. */
  readonly used: ReadonlySet<Reference>;
  /** The types of all its resources. */
  readonly types: ReadonlySet<string>;
}

/** Rules and records of an evaluation. */
export interface EvaluationContext {
  readonly lookup: Lookup;
  readonly rules: RulesFile;
  readonly now: Date;
  /** Receives each resource with its references before it is evaluated. */
  readonly onResource?: (context: ResourceContext) => void;
}

/** Evaluates resources one by one, and keeps only their findings and references. */
export class StackEvaluator {
  #name: string | undefined;
  #resources = 0;
  #referencing = 0;
  readonly #claims: ResourceReferences[] = [];
  readonly #findings: StackPart["findings"][number][] = [];
  readonly #types = new Set<string>();
  readonly #used = new Set<Reference>();
  readonly #by: EvaluationContext;
  /** Rules without ignore entries, which the report applies and counts. */
  readonly #apart: RulesFile["ignore"];

  readonly #organization: string | undefined;

  /** @param organization the organisation of the stack. Default: unknown, or the backend has none */
  constructor(by: EvaluationContext, organization?: string) {
    this.#organization = organization;
    this.#by = { ...by, rules: withoutIgnore(by.rules) };
    this.#apart = by.rules.ignore;
  }

  add({ resource: deployed, position }: Deployed): void {
    const resource = this.#named(deployed);
    const { lookup, rules, now, onResource } = this.#by;
    this.#name ??= stackNameOf(resource.urn);
    this.#resources += 1;
    const referring = resolveReferences(resource, rules, lookup);
    onResource?.({ ...referring, lookup, rules });
    const isNewType = !this.#types.has(resource.type);
    this.#types.add(resource.type);
    if (referring.references.length === 0) return;
    if (isNewType) {
      for (const { entry } of referring.references) this.#used.add(entry);
    }
    const found: Finding[] = [];
    evaluateOne({ ...referring, lookup, rules }, now, found, this.#apart);
    for (const finding of found) this.#findings.push(position ? { ...finding, position } : finding);
    const references = referring.references
      .filter(({ ids, undecided }) => ids.length > 0 || undecided)
      .map(({ kind, ids, undecided }) => ({ kind, ids, undecided }));
    if (references.length === 0) return;
    if (references.some(({ ids }) => ids.length > 0)) this.#referencing += 1;
    this.#claims.push({ urn: resource.urn, references, ...(resource.external ? { external: true } : {}) });
  }

  #named(resource: Deployed["resource"]): Deployed["resource"] {
    if (this.#organization === undefined) return resource;
    return { ...resource, urn: qualifyUrn(resource.urn, this.#organization) };
  }

  /** Returns the evaluated stack. @param name the name of the stack if no resource has it */
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
