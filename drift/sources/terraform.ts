import { z } from "zod";
import { regionOf, cloudOf } from "../../policy/rules/regions/region-of.js";
import type { Resource } from "../../policy/rules/types.js";
import { DriftError } from "../errors.js";
import { checkEntry } from "./entry.js";
import { isObject, type Deployed } from "./pulumi-state.js";
import { blockOf, TerraformConfiguration } from "./terraform-configuration.js";
import { inBothSpellings, markedTexts, masked } from "./terraform-values.js";

type Properties = Record<string, unknown>;

const properties = z.record(z.string(), z.unknown());
const described = { address: z.string().min(1), mode: z.string().optional(), type: z.string().min(1) };

const stateResource = z.object({
  ...described,
  values: properties.nullish(),
  deposed_key: z.string().optional(),
  sensitive_values: z.unknown().optional(),
});

const plannedChange = z.object({
  ...described,
  previous_address: z.string().optional(),
  deposed: z.string().optional(),
  change: z.object({
    after: properties.nullish(),
    after_unknown: z.unknown().optional(),
    after_sensitive: z.unknown().optional(),
  }),
});

/** The major versions of the format that are known: of another one nobody knows where it has its resources. */
const knownVersion = /^[01]\./;

const isListOf = (value: unknown, fits: (entry: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.every(fits));

/** Has a module its resources, and those of the modules in it, where they are looked for? */
function isModule(value: unknown): boolean {
  if (!isObject(value)) return false;
  return isListOf(value["resources"], () => true) && isListOf(value["child_modules"], isModule);
}

const values = z.custom<object>((value) => isObject(value) && isModule(value["root_module"]), {
  error: "it has no root_module with lists of resources",
});

/** What has resources is there as Terraform and OpenTofu write it, or not at all: an empty state has no values. */
const whole = z.looseObject({
  values: values.optional(),
  planned_values: values.optional(),
  resource_changes: z.custom<unknown[]>(Array.isArray, { error: "it is no list" }).optional(),
  prior_state: z
    .looseObject({
      format_version: z.string().regex(knownVersion, { error: "it is of an unknown version" }).optional(),
      values: values.optional(),
    })
    .optional(),
});

const document = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  deferred_changes: z.array(z.looseObject({ resource_change: z.looseObject(described).optional() })).nullish(),
});

/** What a document says of itself, whatever it is: an empty state says nothing more. */
const ofItself = new Set(["format_version", "terraform_version", "errored"]);

/** Is this the rest of such a document? Other commands print a `format_version` too: what they print holds no resources. */
export function isTerraform(rest: unknown): boolean {
  const parsed = document.safeParse(rest);
  if (!parsed.success) return false;
  const names = Object.keys(parsed.data);
  return (
    names.every((name) => ofItself.has(name)) ||
    ["values", "planned_values", "resource_changes", "prior_state"].some((name) => names.includes(name))
  );
}

/** The version of the format where it is a document of a version that is not known. */
export function unknownVersion(rest: unknown): string | undefined {
  const parsed = z.looseObject({ format_version: z.string() }).safeParse(rest);
  return parsed.success && !knownVersion.test(parsed.data.format_version) ? parsed.data.format_version : undefined;
}

/** What a plan does not tell: it was made with -target, or leaves something to a later plan. */
export interface LeftOut {
  /** Resources of which it says nothing, as far as they are known. */
  readonly resources: readonly { readonly address: string; readonly type: string }[];
}

/** How sensitive values are handed out: not at all, or with the texts that must not be shown. */
export type Secrets = "hide" | "compare";

/** Turns the entries of such a document into resources; a plan's changes say more than its planned values. */
export class TerraformState {
  /** What the plan leaves out, told at its end; undefined where it is whole, or no plan. */
  leftOut: LeftOut | undefined;
  /** Is it a plan? Told at its end. */
  isPlan = false;
  /** Where the configuration's modules lie, told at the end of a plan. */
  folders: ReadonlyMap<string, string> = new Map();
  readonly #stack: string;
  readonly #source: string;
  readonly #secrets: Secrets;
  readonly #configuration = new TerraformConfiguration();
  readonly #planned = new Map<string, Deployed>();
  readonly #prior = new Map<string, Deployed>();
  readonly #changed = new Set<string>();
  /** Resources whose region only their provider's configuration tells, which stands after them. */
  readonly #waiting: Deployed[] = [];

  constructor(stack: string, source: string, secrets: Secrets = "hide") {
    this.#stack = stack.replaceAll("::", ":");
    this.#source = source;
    this.#secrets = secrets;
  }

  /** @returns undefined for what is not deployed, or comes at the end @throws DriftError */
  resource(path: readonly string[], value: unknown): Deployed | undefined {
    if (path[0] === "resource_changes") return this.#change(this.#check(plannedChange, value));
    if (path[0] === "configuration") {
      this.#configuration.add(path, this.#check(TerraformConfiguration.entry, value));
      return undefined;
    }
    const entry = this.#check(stateResource, value);
    // What was replaced and waits to be deleted is deployed under the same address.
    if (entry.mode === "data" || entry.deposed_key !== undefined) return undefined;
    if (path[0] !== "values" && this.#changed.has(entry.address)) return undefined;
    const why = "cannot be compared: the state marks it as sensitive";
    const found = this.#deployed(entry, entry.values ?? {}, entry.sensitive_values, why);
    if (path[0] === "values") return found;
    if (path[0] === "prior_state") this.#prior.set(entry.address, found);
    else this.#planned.set(entry.address, found);
    return undefined;
  }

  /** Planned resources that no change was told of, and what is deployed already. @throws DriftError where the plan is not whole */
  *end(rest: unknown): Generator<Deployed> {
    const { errored, complete, deferred_changes: deferred, ...more } = document.parse(rest);
    if (errored === true)
      throw new DriftError(`${this.#source} is a plan that failed half-way: mend what failed, and plan again`);
    this.#mustBeWhole(rest);
    this.isPlan = ["planned_values", "resource_changes"].some((name) => name in more);
    this.#configuration.end(rest);
    this.folders = this.#configuration.folders();
    for (const deployed of this.#waiting) yield this.#withProvider(deployed);
    for (const deployed of this.#planned.values()) yield this.#withProvider(deployed);
    // A plan that only refreshes changes nothing; any other tells a change of all that it looks at.
    const isRefresh = this.#changed.size + this.#planned.size === 0;
    const unchanged = [...this.#prior].filter(([address]) => !this.#planned.has(address)).map(([, found]) => found);
    for (const deployed of unchanged)
      yield { ...this.#withProvider(deployed), ...(isRefresh ? {} : { leftOut: true }) };
    this.leftOut =
      isRefresh && complete !== false ? undefined : this.#leftOut(complete, unchanged.length, deferred ?? []);
  }

  /** @throws DriftError where there may be resources in a place that was not looked at */
  #mustBeWhole(rest: unknown): void {
    const result = whole.safeParse(rest);
    if (result.success) return;
    const [issue] = result.error.issues;
    throw new DriftError(
      `${this.#source} is no whole terraform show -json (${issue?.path.join(".")}: ${issue?.message}); make it anew`,
    );
  }

  /** Terraform says whether a plan is whole. OpenTofu does not: then it is told by what it should name and does not. */
  #leftOut(
    complete: boolean | undefined,
    unchanged: number,
    deferred: readonly { resource_change?: { address: string; type: string } | undefined }[],
  ): LeftOut | undefined {
    if (complete === true) return undefined;
    const named = new Set([...this.#changed, ...this.#planned.keys(), ...this.#prior.keys()].map(blockOf));
    const resources = [
      ...this.#configuration.single((address) => named.has(address)),
      ...deferred.flatMap(({ resource_change: change }) => change ?? []),
    ];
    return complete === false || unchanged + resources.length > 0 ? { resources } : undefined;
  }

  #change(entry: z.output<typeof plannedChange>): Deployed | undefined {
    if (entry.mode === "data" || entry.deposed !== undefined) return undefined;
    for (const address of [entry.address, entry.previous_address ?? entry.address]) {
      this.#planned.delete(address);
      this.#prior.delete(address);
      this.#changed.add(address);
    }
    const { after, after_unknown: open, after_sensitive: secret } = entry.change;
    // What the plan deletes is not deployed once it is applied.
    if (!after) return undefined;
    const why =
      this.#secrets === "compare"
        ? "will be decided at apply: check it then with orange-cmdb drift"
        : "is known after apply only, or is sensitive";
    const found = this.#deployed(entry, masked(after, open), secret, why);
    const { resource } = found;
    if (cloudOf(resource.type) === undefined || regionOf(resource)?.name !== undefined) return found;
    this.#waiting.push(found);
    return undefined;
  }

  #withProvider(deployed: Deployed): Deployed {
    const provider = this.#configuration.provider(deployed.resource.name);
    return provider ? { ...deployed, resource: { ...deployed.resource, provider } } : deployed;
  }

  /** @param marks which of the values are sensitive */
  #deployed(
    { address, type }: { address: string; type: string },
    values: unknown,
    marks: unknown,
    notKnown: string,
  ): Deployed {
    const urn = `urn:terraform:${this.#stack}::terraform::${type}::${address}`;
    const secrets = this.#secrets === "compare" ? markedTexts(values, marks) : undefined;
    const seen = secrets ? values : masked(values, marks);
    const all = typeof seen === "object" && seen !== null ? inBothSpellings(seen as Properties) : {};
    const resource: Resource = {
      urn,
      type,
      name: address,
      properties: all,
      notKnown,
      ...(secrets && secrets.size > 0 ? { secrets } : {}),
    };
    return { resource };
  }

  #check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
    return checkEntry(schema, value, this.#source, "no terraform show -json");
  }
}
