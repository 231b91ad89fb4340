import type { EnforcementLevel, PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Kind } from "../provider/inventory/records.js";
import type { UnavailableMode } from "./unavailable.js";
import { plain } from "./known.js";
import { openFor, type Opened } from "./opened.js";
import { currentOrganization } from "./organization.js";
import type { PolicyName } from "./names.js";
import { unavailableModeOf } from "./pack-config.js";
import type { Given, Requests } from "./requests.js";
import type { Lookup } from "./rules/lookup.js";
import { correctStatuses, type CorrectedRules } from "./rules/misspelt-status.js";
import { missingMatches } from "./rules/match-field.js";
import { qualifyUrn } from "./rules/organization-urn.js";
import { refer } from "./rules/references.js";
import type { Reference, RulesFile } from "./rules/rules-file.js";
import { unknown, type Finding, type Referring, type Resource } from "./rules/types.js";

/** One resource as the policies of the pack share it: read and looked up once, whatever their number. */
export interface Judged {
  readonly referring: Referring;
  readonly lookup: Lookup;
  /** What the policies that ran so far found. */
  readonly findings: Finding[];
}

/** The stack as the policies share it. */
export interface JudgedStack {
  readonly resources: readonly Referring[];
  readonly lookup: Lookup;
}

/** An answer shared by all who ask once; who asks again asks about a new request of the engine. */
interface Shared<T> {
  readonly askers: Set<PolicyName>;
  readonly value: T;
}

/** What one run of the engine (a preview, an update, an analysis) knows. */
export class Run {
  readonly #rules: RulesFile;
  readonly #requests: Requests;
  readonly #judged = new Map<string, Shared<Judged>>();
  #stack: Shared<JudgedStack> | undefined;
  #opened: Promise<Opened> | undefined;
  readonly #kinds: readonly Kind[];
  #mode: UnavailableMode;
  #given: ReadonlyMap<string, Given> = new Map();
  /** The entries of the rules whose comparisons were looked at. */
  readonly #lookedAt = new Set<Reference>();
  #saidStrictly: boolean | undefined;
  readonly #corrected = new WeakMap<RulesFile, CorrectedRules>();

  /** @param kinds the kinds of record that will be looked at */
  constructor(rules: RulesFile, requests: Requests, mode: UnavailableMode, kinds: readonly Kind[]) {
    this.#rules = rules;
    this.#requests = requests;
    this.#mode = mode;
    this.#kinds = kinds;
  }

  /** Before anything is opened: what the pack's configuration says, whichever policies are enforced. */
  configure(given: ReadonlyMap<string, Given>): void {
    this.#given = given;
    this.#mode = unavailableModeOf(given.get("inventory-available")?.properties ?? {}) ?? this.#mode;
  }

  /** Makes all that asks for the inventory fail: the pack cannot be used. */
  refuse(mistake: Error): void {
    this.#opened = Promise.reject(mistake);
    // Only if something asks is it an error.
    this.#opened.catch(() => undefined);
  }

  /** How strictly a policy is enforced; `own` where the engine was told nothing of it. */
  levelOf(name: PolicyName, own: EnforcementLevel): EnforcementLevel {
    return this.#given.get(name)?.level ?? own;
  }

  /** What `all` of the engine's configuration says. */
  get levelOfAll(): EnforcementLevel | undefined {
    return this.#given.get("all")?.level;
  }

  /**
   * Why nothing was checked, for a policy to report: once in a run, and once more where it was said less strictly.
   * @param last true where nobody need say it again, however strictly this one does
   */
  async failureFor(level: EnforcementLevel, last = false): Promise<string | undefined> {
    const opened = await this.opened();
    if (!("failure" in opened)) return undefined;
    const strictly = last || (level !== "advisory" && this.#mode !== "warn");
    if (this.#saidStrictly !== undefined && (this.#saidStrictly || !strictly)) return undefined;
    this.#saidStrictly = strictly;
    return `nothing was checked: ${opened.failure}`;
  }

  get mode(): UnavailableMode {
    return this.#mode;
  }

  /** The inventory, opened by the first who asks. */
  opened(): Promise<Opened> {
    return (this.#opened ??= openFor(this.#kinds, this.#mode));
  }

  /** The resource, judged so far; undefined where the inventory cannot be had, which is then the asker's to say. */
  async judged(args: ResourceValidationArgs, asker: PolicyName): Promise<Judged | undefined> {
    const opened = await this.opened();
    if ("failure" in opened) return undefined;
    const known = this.#judged.get(args.urn);
    if (known && !known.askers.has(asker)) {
      known.askers.add(asker);
      return known.value;
    }
    const referring = refer(this.#resource(args, plain(args.props)), this.#rules, opened.lookup, true);
    const value = { referring, lookup: opened.lookup, findings: [] };
    this.#judged.set(args.urn, { askers: new Set([asker]), value });
    return value;
  }

  /**
   * Comparisons that find nothing because no record has what they name, of the entries that a resource refers by: each is
   * told once in a run.
   */
  async missingMatches({ references }: Referring): Promise<string[]> {
    const opened = await this.opened();
    if ("failure" in opened) return [];
    return references.flatMap(({ entry, records }) => {
      if (records.length === 0 || this.#lookedAt.has(entry)) return [];
      this.#lookedAt.add(entry);
      return missingMatches(entry, this.#rules, opened.inventory);
    });
  }

  /** Returns {@link correctStatuses}, once for the same rules; the rules unchanged if there is no inventory. */
  async corrected(rules: RulesFile): Promise<CorrectedRules> {
    const opened = await this.opened();
    if ("failure" in opened) return { rules, misspelt: [] };
    let found = this.#corrected.get(rules);
    if (!found) this.#corrected.set(rules, (found = correctStatuses(rules, opened.inventory)));
    return found;
  }

  /** What was known of a resource when it was judged by itself in this run. */
  before(urn: string): Referring | undefined {
    return this.#judged.get(urn)?.value.referring;
  }

  /** The stack's resources, by what the program said of each and what came of it. */
  async judgedStack(resources: readonly PolicyResource[], asker: PolicyName): Promise<JudgedStack | undefined> {
    const opened = await this.opened();
    if ("failure" in opened) return undefined;
    if (!this.#stack || this.#stack.askers.has(asker)) {
      const referring = resources.map((resource) => {
        const outcome = this.#resource(resource, plain(resource.props));
        const before = this.before(resource.urn)?.resource.properties;
        const properties = before ? merged(before, outcome.properties) : outcome.properties;
        return refer({ ...outcome, properties }, this.#rules, opened.lookup, true);
      });
      this.#stack = { askers: new Set(), value: { resources: referring, lookup: opened.lookup } };
    }
    this.#stack.askers.add(asker);
    return this.#stack.value;
  }

  #resource(args: ResourceValidationArgs | PolicyResource, properties: Record<string, unknown>): Resource {
    const { urn, type, name, provider } = args;
    const secrets = this.#requests.secretsOf(urn);
    return {
      // Entries of `ignore` can name the organisation; what is reported to the engine has its own URN again.
      urn: qualifyUrn(urn, currentOrganization()),
      type,
      name,
      properties,
      // Every resource but a component has a provider.
      ...(provider ? { provider: plain(provider.props) } : { component: true }),
      ...(secrets ? { secrets } : {}),
    };
  }
}

/** Outputs over inputs, but what a provider cannot tell yet hides nothing that the program said. */
function merged(inputs: Resource["properties"], outputs: Resource["properties"]): Resource["properties"] {
  const properties: Record<string, unknown> = { ...inputs };
  for (const [key, value] of Object.entries(outputs))
    if (value !== unknown || !Object.hasOwn(inputs, key)) properties[key] = value;
  return properties;
}
