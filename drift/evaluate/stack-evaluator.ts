import { evaluateOne } from "../../policy/rules/index.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { qualifyUrn } from "../../policy/rules/resource/organization-urn.js";
import { withoutIgnore, type Reference, type RulesFile } from "../../policy/rules/file/rules-file.js";
import type {
  Finding,
  FoundReference,
  ResolvedResource,
  ResourceContext,
  StackReference,
} from "../../policy/rules/core/types.js";
import { stackNameOf } from "../common/stack-name.js";
import type { Kind } from "../../provider/model/records.js";
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
}

/** Rules and records of an evaluation. */
export interface EvaluationInput {
  readonly lookup: Lookup;
  readonly rules: RulesFile;
  readonly now: Date;
  /** Receives each resource with its references before it is evaluated. */
  readonly onResource?: (context: ResourceContext) => void;
}

/** An evaluation of many stacks. What they have in common is held once. */
export class EvaluationContext {
  readonly lookup: Lookup;
  /** The rules without ignore entries, which the report applies and counts. */
  readonly rules: RulesFile;
  /** The ignore entries of the rules. */
  readonly apart: RulesFile["ignore"];
  readonly now: Date;
  readonly onResource: EvaluationInput["onResource"];
  /** Entries of the rules with at least one resource. */
  readonly used = new Set<Reference>();
  /** The types of all resources. */
  readonly types = new Set<string>();
  readonly #noted = new Set<string>();
  readonly #references = new Map<Kind, Map<string, readonly StackReference[]>>();

  constructor({ lookup, rules, now, onResource }: EvaluationInput) {
    this.lookup = lookup;
    this.rules = withoutIgnore(rules);
    this.apart = rules.ignore;
    this.now = now;
    this.onResource = onResource;
  }

  /** Notes the type of a resource, and the entries of the rules that apply to it. */
  note({ resource: { type, component }, references }: ResolvedResource): void {
    // Entries for all types do not apply to components.
    const key = component === true ? `component ${type}` : type;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.types.add(type);
    for (const { entry } of references) this.used.add(entry);
  }

  /** Returns the references that stack rules read. Resources that refer to the same record share them. */
  referencesOf(found: readonly FoundReference[]): readonly StackReference[] {
    const all = found.filter(({ ids, undecided }) => ids.length > 0 || undecided);
    const [only, ...more] = all;
    if (only === undefined) return NO_REFERENCES;
    const { kind, ids, undecided } = only;
    const [id, ...others] = ids;
    if (more.length > 0 || others.length > 0 || undecided || id === undefined)
      return all.map((one) => ({ kind: one.kind, ids: one.ids, undecided: one.undecided }));
    let ofKind = this.#references.get(kind);
    if (!ofKind) this.#references.set(kind, (ofKind = new Map()));
    let shared = ofKind.get(id);
    if (!shared) ofKind.set(id, (shared = [{ kind, ids, undecided }]));
    return shared;
  }
}

const NO_REFERENCES: readonly StackReference[] = [];

/** Evaluates resources one by one, and keeps only their findings and references. */
export class StackEvaluator {
  #name: string | undefined;
  #resources = 0;
  #referencing = 0;
  readonly #claims: ResourceReferences[] = [];
  readonly #findings: StackPart["findings"][number][] = [];
  readonly #by: EvaluationContext;
  readonly #organization: string | undefined;

  /** @param organization the organisation of the stack. Default: unknown, or the backend has none */
  constructor(by: EvaluationContext, organization?: string) {
    this.#organization = organization;
    this.#by = by;
  }

  add({ resource: deployed, position }: Deployed): void {
    const resource = this.#named(deployed);
    const { lookup, rules, now, onResource, apart } = this.#by;
    this.#name ??= stackNameOf(resource.urn);
    this.#resources += 1;
    const referring = resolveReferences(resource, rules, lookup);
    onResource?.({ ...referring, lookup, rules });
    this.#by.note(referring);
    if (referring.references.length === 0) return;
    const found: Finding[] = [];
    evaluateOne({ ...referring, lookup, rules }, now, found, apart);
    for (const finding of found) this.#findings.push(position ? { ...finding, position } : finding);
    const references = this.#by.referencesOf(referring.references);
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
      // Lists of their exact length: a list that has grown has room for more entries.
      claims: this.#claims.slice(),
      findings: this.#findings.slice(),
    };
  }
}
