import { flushCompileCache } from "node:module";
import type { EnforcementLevel, PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Kind } from "../../provider/model/records.js";
import { toPlainData } from "./unknown-values.js";
import type { PolicyName } from "../config/names.js";
import { openForPolicies, type InventoryResult } from "./inventory-result.js";
import { currentOrganization } from "./organization.js";
import type { InventoryProvider } from "./custom-policy.js";
import { unavailableModeOf, type PolicyConfig } from "../config/pack-config.js";
import type { Lookup } from "../rules/core/lookup.js";
import { missingKey, missingMatches } from "../rules/core/match-field.js";
import { correctStatuses, type CorrectedRules } from "../rules/core/misspelt-status.js";
import { qualifyUrn } from "../rules/resource/organization-urn.js";
import { resolveReferences } from "../rules/core/references.js";
import type { Reference, RulesFile } from "../rules/file/rules-file.js";
import type { Finding, ResolvedResource } from "../rules/core/types.js";
import { UNKNOWN, type Resource } from "../rules/resource/resource.js";
import type { UnavailableMode } from "../config/unavailable.js";
import { EvaluationCache } from "./evaluation-cache.js";

/** A resource with its resolved references, shared by the policies of the pack. */
export interface EvaluatedResource {
  readonly resolved: ResolvedResource;
  readonly lookup: Lookup;
  /** Findings of the policies that have run. */
  readonly findings: Finding[];
}

/** A stack with its evaluated resources, shared by the policies of the pack. */
export interface EvaluatedStack {
  readonly resources: readonly ResolvedResource[];
  readonly lookup: Lookup;
}

const STACK = "stack";

/** The state of one run of the engine (a preview, an update or an analysis): configuration, inventory and evaluations. */
export class PackSession implements InventoryProvider {
  readonly #rules: RulesFile;
  readonly #kinds: readonly Kind[];
  #mode: UnavailableMode;
  #configs: ReadonlyMap<string, PolicyConfig> = new Map();
  #opened: Promise<InventoryResult> | undefined;
  readonly #secrets = new Map<string, ReadonlySet<string>>();
  readonly #resources = new EvaluationCache<EvaluatedResource>();
  readonly #stacks = new EvaluationCache<EvaluatedStack>();
  readonly #reportedEntries = new Set<Reference>();
  readonly #reportedKeys = new Set<Reference>();
  /** Whether the failure was reported, and strictly enough to stop the deployment. */
  #reportedLevel: "advisory" | "mandatory" | undefined;
  readonly #corrected = new Map<RulesFile, CorrectedRules>();

  /** @param kinds the kinds of records that the policies read */
  constructor(rules: RulesFile, mode: UnavailableMode, kinds: readonly Kind[]) {
    this.#rules = rules;
    this.#mode = mode;
    this.#kinds = kinds;
  }

  /** Sets the pack's configuration. The engine sends it before the first resource. */
  configure(configs: ReadonlyMap<string, PolicyConfig>): void {
    this.#configs = configs;
    this.#mode = unavailableModeOf(configs.get("inventory-available")?.properties ?? {}) ?? this.#mode;
  }

  /** Makes every read of the inventory fail, because the pack cannot be used. */
  refuse(error: Error): void {
    this.#opened = Promise.reject(error);
    // It is an error only if a policy reads the inventory.
    this.#opened.catch(() => undefined);
  }

  /** Keeps the texts of the secret values in the latest request about a resource. */
  setSecrets(urn: string, secrets: ReadonlySet<string>): void {
    this.#secrets.set(urn, secrets);
  }

  /** Returns the enforcement level of a policy; `own` if the configuration has none. */
  levelOf(name: PolicyName, own: EnforcementLevel): EnforcementLevel {
    return this.#configs.get(name)?.level ?? own;
  }

  /** Returns the level of `all` in the configuration. */
  get defaultLevel(): EnforcementLevel | undefined {
    return this.#configs.get("all")?.level;
  }

  /**
   * Returns why nothing was checked, for a policy to report: once per run, and again if the first report was less strict.
   * @param isFinal true if no later policy needs to report it, at any level of this one
   */
  async failureFor(level: EnforcementLevel, isFinal = false): Promise<string | undefined> {
    const opened = await this.opened();
    if (!("failure" in opened)) return undefined;
    const isStrict = isFinal || (level !== "advisory" && this.#mode !== "warn");
    if (this.#reportedLevel === "mandatory" || (this.#reportedLevel !== undefined && !isStrict)) return undefined;
    this.#reportedLevel = isStrict ? "mandatory" : "advisory";
    return `nothing was checked: ${opened.failure}`;
  }

  get mode(): UnavailableMode {
    return this.#mode;
  }

  /** Returns the inventory. The first call opens it. */
  opened(): Promise<InventoryResult> {
    return (this.#opened ??= openForPolicies(this.#kinds, this.#mode).finally(() => {
      // All code is loaded by now. At the end it would be too late: the engine kills this process.
      setImmediate(flushCompileCache);
    }));
  }

  /** Returns the resource with its references; undefined without an inventory, which the reader then reports. */
  async evaluatedResource(args: ResourceValidationArgs, reader: PolicyName): Promise<EvaluatedResource | undefined> {
    const opened = await this.opened();
    if ("failure" in opened) return undefined;
    const { lookup } = opened;
    return this.#resources.read(args.urn, reader, () => {
      const referring = resolveReferences(this.#toResource(args, toPlainData(args.props)), this.#rules, lookup, true);
      return { resolved: referring, lookup, findings: [] };
    });
  }

  /**
   * Returns messages about comparisons with fields that no record has, for the entries that match a resource: once per entry in
   * a run.
   */
  async missingMatches({ references }: ResolvedResource): Promise<string[]> {
    const opened = await this.opened();
    if ("failure" in opened) return [];
    return references.flatMap(({ entry, records }) => {
      if (records.length === 0 || this.#reportedEntries.has(entry)) return [];
      this.#reportedEntries.add(entry);
      return missingMatches(entry, this.#rules, opened.inventory).map(({ message }) => message);
    });
  }

  /** Returns messages about fields of `by` that no record has, once per entry in a run. */
  async missingKeys({ references }: ResolvedResource): Promise<string[]> {
    const opened = await this.opened();
    if ("failure" in opened) return [];
    return references.flatMap(({ entry, unmatched = [] }) => {
      if (unmatched.length === 0 || this.#reportedKeys.has(entry)) return [];
      this.#reportedKeys.add(entry);
      return missingKey(entry, this.#rules, opened.inventory)?.message ?? [];
    });
  }

  /** Returns the result of {@link correctStatuses}, cached by rules. Without an inventory, the rules stay unchanged. */
  async corrected(rules: RulesFile): Promise<CorrectedRules> {
    const opened = await this.opened();
    if ("failure" in opened) return { rules, misspelt: [] };
    let found = this.#corrected.get(rules);
    if (!found) this.#corrected.set(rules, (found = correctStatuses(rules, opened.inventory)));
    return found;
  }

  /** Returns the resource from its own evaluation in this run. */
  before(urn: string): ResolvedResource | undefined {
    return this.#resources.latest(urn)?.resolved;
  }

  /** Returns the resources of the stack. Their outputs override the inputs of the program. */
  async evaluatedStack(resources: readonly PolicyResource[], reader: PolicyName): Promise<EvaluatedStack | undefined> {
    const opened = await this.opened();
    if ("failure" in opened) return undefined;
    const { lookup } = opened;
    return this.#stacks.read(STACK, reader, () => {
      const referring = resources.map((resource) => {
        const outputs = toPlainData(resource.props);
        const inputs = this.before(resource.urn)?.resource.properties;
        const properties = inputs ? merged(inputs, outputs) : outputs;
        return resolveReferences(this.#toResource(resource, properties), this.#rules, lookup, true);
      });
      return { resources: referring, lookup };
    });
  }

  #toResource(args: ResourceValidationArgs | PolicyResource, properties: Readonly<Record<string, unknown>>): Resource {
    const { urn, type, name, provider } = args;
    const secrets = this.#secrets.get(urn);
    return {
      // Entries of `ignore` can have the organisation. Reports to the engine use Pulumi's URN.
      urn: qualifyUrn(urn, currentOrganization()),
      type,
      name,
      properties,
      // Every resource except a component has a provider.
      ...(provider ? { provider: toPlainData(provider.props) } : { component: true }),
      ...(secrets ? { secrets } : {}),
    };
  }
}

/** Merges outputs over inputs. An unknown output does not hide an input. */
function merged(inputs: Resource["properties"], outputs: Resource["properties"]): Resource["properties"] {
  const properties: Record<string, unknown> = { ...inputs };
  for (const [key, value] of Object.entries(outputs))
    if (value !== UNKNOWN || !Object.hasOwn(inputs, key)) properties[key] = value;
  return properties;
}
