import { z } from "zod";
import { unknown, type Resource } from "../../policy/rules/types.js";
import { DriftError } from "../errors.js";
import { parseEntry } from "./entry.js";
import type { Wanted } from "./json-elements.js";
import type { Deployed } from "./pulumi-state.js";

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
  deposed: z.string().optional(),
  change: z.object({
    after: properties.nullish(),
    after_unknown: z.unknown().optional(),
    after_sensitive: z.unknown().optional(),
  }),
});

const document = z.looseObject({ format_version: z.string(), errored: z.boolean().optional() });

const modules = /^((planned_|prior_state\.)?values)\.root_module(\.child_modules\.\*)*\.resources$/;
const others = new Set(["configuration", "resource_drift", "relevant_attributes", "variables", "checks"]);

/** The entries of a `terraform show -json` (or `tofu show -json`) of a state or of a plan. */
export const terraformWanted: Wanted = {
  elements: (path) => path.at(0) === "resource_changes" || modules.test(path.join(".")),
  skips: (path) =>
    others.has(path[0] ?? "") || path[0] === "output_changes" || (path.length === 2 && path[1] === "outputs"),
};

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

/** A value without what the marks say is not to be seen: they have its shape, and `true` where it is. */
function masked(value: unknown, marks: unknown): unknown {
  if (marks === true) return unknown;
  if (typeof marks !== "object" || marks === null) return value;
  if (Array.isArray(marks)) {
    const entries: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
    const length = Math.max(entries.length, marks.length);
    return Array.from({ length }, (_, index) => masked(entries[index], (marks as unknown[])[index]));
  }
  const held = typeof value === "object" && value !== null ? (value as Properties) : {};
  const names = Object.keys(marks);
  if (value === undefined && names.length === 0) return value;
  const changed = names.map((name) => [name, masked(held[name], (marks as Properties)[name])] as const);
  return { ...held, ...Object.fromEntries(changed.filter(([, entry]) => entry !== undefined)) };
}

/** Rules may name a property as Pulumi does too: `ipAddress` for `ip_address`. */
function inBothSpellings(values: Properties): Properties {
  const all: Properties = { ...values };
  for (const [name, value] of Object.entries(values)) {
    const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(all, camel)) all[camel] = value;
  }
  return all;
}

/** Turns the entries of such a document into resources; a plan's changes say more than its planned values. */
export class TerraformState {
  readonly #stack: string;
  readonly #source: string;
  readonly #planned = new Map<string, Deployed>();
  readonly #prior: Deployed[] = [];
  readonly #changed = new Set<string>();

  constructor(stack: string, source: string) {
    this.#stack = stack.replaceAll("::", ":");
    this.#source = source;
  }

  /** @returns undefined for what is not deployed, or comes at the end @throws DriftError */
  resource(path: readonly string[], text: string): Deployed | undefined {
    if (path[0] === "resource_changes") return this.#change(this.#parse(plannedChange, text));
    // How it was before says something only where the plan itself names nothing: a plan that only refreshes.
    if (path[0] === "prior_state" && this.#changed.size + this.#planned.size > 0) return undefined;
    const entry = this.#parse(stateResource, text);
    // What was replaced and waits to be deleted is deployed under the same address.
    if (entry.mode === "data" || entry.deposed_key !== undefined) return undefined;
    const why = "cannot be compared: the state marks it as sensitive";
    const found = this.#deployed(entry, masked(entry.values ?? {}, entry.sensitive_values), why);
    if (path[0] === "values") return found;
    if (path[0] === "prior_state") this.#prior.push(found);
    else if (!this.#changed.has(entry.address)) this.#planned.set(entry.address, found);
    return undefined;
  }

  /** Planned resources that no change was told of. @throws DriftError where the plan is not whole */
  end(rest: unknown): Iterable<Deployed> {
    if (document.parse(rest).errored === true)
      throw new DriftError(`${this.#source} is a plan that failed half-way: mend what failed, and plan again`);
    return this.#changed.size + this.#planned.size > 0 ? this.#planned.values() : this.#prior;
  }

  #change(entry: z.output<typeof plannedChange>): Deployed | undefined {
    if (entry.mode === "data" || entry.deposed !== undefined) return undefined;
    this.#planned.delete(entry.address);
    this.#changed.add(entry.address);
    const { after, after_unknown: open, after_sensitive: secret } = entry.change;
    // What the plan deletes is not deployed once it is applied.
    if (!after) return undefined;
    return this.#deployed(entry, masked(masked(after, open), secret), "is known after apply only, or is sensitive");
  }

  #deployed({ address, type }: { address: string; type: string }, values: unknown, notKnown: string): Deployed {
    const urn = `urn:terraform:${this.#stack}::terraform::${type}::${address}`;
    const all = typeof values === "object" && values !== null ? inBothSpellings(values as Properties) : {};
    const resource: Resource = { urn, type, name: address, properties: all, notKnown };
    return { resource };
  }

  #parse<T extends z.ZodType>(schema: T, text: string): z.output<T> {
    return parseEntry(schema, text, this.#source, "no terraform show -json");
  }
}
