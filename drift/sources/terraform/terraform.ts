import { z } from "zod";
import { regionOf, cloudOf } from "../../../policy/rules/regions/region-of.js";
import type { Resource } from "../../../policy/rules/resource/resource.js";
import { DriftError } from "../../common/errors.js";
import { parseEntry } from "../../common/parse-entry.js";
import { isObject, type Deployed } from "../pulumi/pulumi-state.js";
import { blockOf, TerraformConfiguration } from "./terraform-configuration.js";
import { instancesOf, type TerraformResource } from "./terraform-state-file.js";
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

/** Supported major versions of the format. */
const knownVersion = /^[01]\./;

const isListOf = (value: unknown, fits: (entry: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.every(fits));

/** Returns whether a module has lists of resources and child modules. */
function isModule(value: unknown): boolean {
  if (!isObject(value)) return false;
  return isListOf(value["resources"], () => true) && isListOf(value["child_modules"], isModule);
}

const values = z.custom<object>((value) => isObject(value) && isModule(value["root_module"]), {
  error: "root_module with lists of resources is missing",
});

/** The parts with resources, as Terraform and OpenTofu write them. An empty state has no values. */
const showDocument = z.looseObject({
  values: values.optional(),
  planned_values: values.optional(),
  resource_changes: z.custom<unknown[]>(Array.isArray, { error: "must be a list" }).optional(),
  prior_state: z
    .looseObject({
      format_version: z.string().regex(knownVersion, { error: "unknown version" }).optional(),
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

/** Header of a document. An empty state has nothing else. */
const ofItself = new Set(["format_version", "terraform_version", "errored"]);

/** Returns whether this is the rest of such a document. Other commands also print a `format_version`, but no resources. */
export function isTerraform(rest: unknown): boolean {
  const parsed = document.safeParse(rest);
  if (!parsed.success) return false;
  const names = Object.keys(parsed.data);
  return (
    names.every((name) => ofItself.has(name)) ||
    ["values", "planned_values", "resource_changes", "prior_state"].some((name) => names.includes(name))
  );
}

/** Returns the format version if it is not supported. */
export function unknownVersion(rest: unknown): string | undefined {
  const parsed = z.looseObject({ format_version: z.string() }).safeParse(rest);
  return parsed.success && !knownVersion.test(parsed.data.format_version) ? parsed.data.format_version : undefined;
}

/** Resources that a plan omits because of -target or deferred changes. */
export interface LeftOut {
  /** Omitted resources that are known. */
  readonly resources: readonly { readonly address: string; readonly type: string }[];
}

/** Treatment of sensitive values: hidden, or compared and marked as secrets. */
export type Secrets = "hide" | "compare";

/** Converts the entries of such a document to resources. Changes of a plan override its planned values. */
export class TerraformState {
  /** Omitted resources, available at the end; undefined for a complete plan or a state. */
  leftOut: LeftOut | undefined;
  /** Whether the document is a plan, available at the end. */
  isPlan = false;
  /** Folders of the modules, available at the end of a plan. */
  folders: ReadonlyMap<string, string> = new Map();
  readonly #stack: string;
  readonly #source: string;
  readonly #secrets: Secrets;
  readonly #configuration = new TerraformConfiguration();
  readonly #planned = new Map<string, Deployed>();
  readonly #prior = new Map<string, Deployed>();
  readonly #changed = new Set<string>();
  /** Resources whose region depends on the provider configuration, which follows in the document. */
  readonly #waiting: Deployed[] = [];

  constructor(stack: string, source: string, secrets: Secrets = "hide") {
    this.#stack = stack.replaceAll("::", ":");
    this.#source = source;
    this.#secrets = secrets;
  }

  /** Converts an entry. @returns undefined if it is not deployed or comes at the end @throws DriftError */
  resource(path: readonly string[], value: unknown): Deployed | undefined {
    if (path[0] === "resource_changes") return this.#change(this.#check(plannedChange, value));
    if (path[0] === "configuration") {
      this.#configuration.add(path, this.#check(TerraformConfiguration.entry, value));
      return undefined;
    }
    const entry = this.#check(stateResource, value);
    // A deposed object has the same address as its replacement.
    if (entry.mode === "data" || entry.deposed_key !== undefined) return undefined;
    if (path[0] !== "values" && this.#changed.has(entry.address)) return undefined;
    const why = "cannot be compared: it is sensitive in the state";
    const { address, type, values = {}, sensitive_values: marks } = entry;
    const found = this.#deployed({ address, type, values, marks }, why);
    if (path[0] === "values") return found;
    if (path[0] === "prior_state") this.#prior.set(entry.address, found);
    else this.#planned.set(entry.address, found);
    return undefined;
  }

  /** Returns the deployed instances of an entry of a state file. @throws DriftError */
  *stateFileResource(value: unknown): Generator<Deployed> {
    for (const found of instancesOf(value, this.#source))
      yield this.#deployed(found, "cannot be compared: it is sensitive in the state");
  }

  /** Yields planned resources without a change, and unchanged ones. @throws DriftError if the plan is incomplete */
  *end(rest: unknown): Generator<Deployed> {
    const { errored, complete, deferred_changes: deferred, ...more } = document.parse(rest);
    if (errored === true)
      throw new DriftError(`${this.#source} is a plan that failed: correct the error, and plan again`);
    this.#mustBeWhole(rest);
    this.isPlan = ["planned_values", "resource_changes"].some((name) => name in more);
    this.#configuration.end(rest);
    this.folders = this.#configuration.folders();
    for (const deployed of this.#waiting) yield this.#withProvider(deployed);
    for (const deployed of this.#planned.values()) yield this.#withProvider(deployed);
    // A refresh-only plan has no changes; any other plan has a change for each included resource.
    const isRefresh = this.#changed.size + this.#planned.size === 0;
    const unchanged = [...this.#prior].filter(([address]) => !this.#planned.has(address)).map(([, found]) => found);
    for (const deployed of unchanged)
      yield { ...this.#withProvider(deployed), ...(isRefresh ? {} : { leftOut: true }) };
    this.leftOut =
      isRefresh && complete !== false ? undefined : this.#leftOut(complete, unchanged.length, deferred ?? []);
  }

  /** Checks that all parts with resources were read. @throws DriftError */
  #mustBeWhole(rest: unknown): void {
    const result = showDocument.safeParse(rest);
    if (result.success) return;
    const [issue] = result.error.issues;
    throw new DriftError(
      `${this.#source} is not the complete output of terraform show -json (${issue?.path.join(".")}: ${issue?.message}); create it again`,
    );
  }

  /** Returns omitted resources. OpenTofu has no `complete` flag, so blocks without a planned resource count as omitted. */
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
    // The plan deletes this resource.
    if (!after) return undefined;
    const why =
      this.#secrets === "compare"
        ? "is unknown until apply: check it afterwards with orange-cmdb drift"
        : "is unknown until apply, or sensitive";
    const { address, type } = entry;
    const found = this.#deployed({ address, type, values: masked(after, open), marks: secret }, why);
    const { resource } = found;
    if (cloudOf(resource.type) === undefined || regionOf(resource)?.name !== undefined) return found;
    this.#waiting.push(found);
    return undefined;
  }

  #withProvider(deployed: Deployed): Deployed {
    const provider = this.#configuration.provider(deployed.resource.name);
    return provider ? { ...deployed, resource: { ...deployed.resource, provider } } : deployed;
  }

  /** Creates a resource. */
  #deployed({ address, type, values, marks, secrets: named }: TerraformResource, unknownReason: string): Deployed {
    const urn = `urn:terraform:${this.#stack}::terraform::${type}::${address}`;
    const isCompared = this.#secrets === "compare";
    const secrets = new Set([...(isCompared ? markedTexts(values, marks) : []), ...(named ?? [])]);
    const seen = isCompared ? values : masked(values, marks);
    const all = typeof seen === "object" && seen !== null ? inBothSpellings(seen as Properties) : {};
    const resource: Resource = {
      urn,
      type,
      name: address,
      properties: all,
      unknownReason,
      ...(secrets.size > 0 ? { secrets } : {}),
    };
    return { resource };
  }

  #check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
    return parseEntry(schema, value, this.#source, "not the output of terraform show -json");
  }
}
