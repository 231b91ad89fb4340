import { z } from "zod";
import { DriftError } from "../../common/errors.js";
import { parseEntry } from "../../common/parse-entry.js";
import { isObject } from "../pulumi/pulumi-state.js";

/** A deployed resource, as Terraform's documents describe it. */
export interface TerraformResource {
  readonly address: string;
  readonly type: string;
  readonly values: unknown;
  /** The sensitive values: `true`, or an object in the shape of the values. */
  readonly marks: unknown;
  /** Texts of more values that are compared and never shown. */
  readonly secrets?: ReadonlySet<string>;
}

/** A step of a path to a sensitive value: the name of an attribute, or the key of a map, list or block. */
const step = z.object({
  value: z.union([
    z.string(),
    z.number(),
    z.object({ value: z.union([z.string(), z.number()]) }).transform(({ value }) => value),
  ]),
});

const resource = z.object({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string().min(1),
  name: z.string().min(1),
  instances: z.array(
    z.object({
      index_key: z.union([z.string(), z.number()]).nullish(),
      deposed: z.string().optional(),
      attributes: z.record(z.string(), z.unknown()).nullish(),
      sensitive_attributes: z.array(z.array(step)).nullish(),
    }),
  ),
});

const stateFile = z.looseObject({
  version: z.literal(4),
  terraform_version: z.string(),
  lineage: z.string(),
  resources: z.array(z.literal(0)),
});

/** Names of attributes that hold a secret. A state file marks only part of the values that the schema of a provider calls sensitive. */
const secretName =
  /(^|_)(password|passwd|passphrase|secret|token|psk|(pre_?)?shared_?key|api_?key|credential|connection_string)s?($|_)|(^|_)key$/i;

/** Names that only look so, such as those of ids, addresses and public keys. They are no secrets. */
const publicName =
  /(^|_)(ids?|arn|name|version|type|url|uri|endpoint|algorithm|length|fingerprint|rotation|enabled|(public|partition|hash|range|sort|primary)_key)$/i;

type Marks = true | Marks[] | { [name: string]: Marks };

/** Returns marks in the shape of the values, with `true` for each sensitive one. */
function marksOf(paths: readonly (readonly z.output<typeof step>[])[]): Marks {
  // Without prototypes: a name in a state can be `__proto__`.
  const root = Object.create(null) as { [name: string]: Marks };
  for (const path of paths) {
    if (path.length === 0) return true;
    let at = root;
    path.every(({ value }, index) => {
      const next = path[index + 1]?.value;
      if (at[value] === true) return false;
      if (next === undefined) at[value] = true;
      else
        at = (at[value] ??= Object.setPrototypeOf(typeof next === "number" ? [] : {}, null) as Marks) as {
          [name: string]: Marks;
        };
      return true;
    });
  }
  return root;
}

const primitives = new Set<unknown>(["string", "number", "bool"]);
const collections = new Set<unknown>(["list", "set", "map", "object", "tuple"]);
const isType = (type: unknown): boolean => primitives.has(type) || (Array.isArray(type) && collections.has(type[0]));

/** Replaces attributes of dynamic type, which a state file stores as `{ value, type }`, by their values. */
function withoutTypes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (attribute: unknown): unknown => {
    if (!isObject(attribute) || Object.keys(attribute).length !== 2 || !("value" in attribute)) return attribute;
    return isType(attribute["type"]) ? attribute["value"] : attribute;
  };
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, plain(attribute)]));
}

/** Adds the texts of values whose names say that they are secrets. */
function namedSecrets(value: unknown, into: Set<string>, isSecret = false): void {
  if (value === null || value === undefined || value === "") return;
  if (typeof value !== "object") {
    if (isSecret && typeof value !== "boolean") into.add(String(value));
    return;
  }
  for (const [name, entry] of Object.entries(value))
    namedSecrets(entry, into, isSecret || (!Array.isArray(value) && secretName.test(name) && !publicName.test(name)));
}

/**
 * Returns the deployed instances of an entry of a state file (`terraform.tfstate`, version 4). Data sources are read, not
 * deployed; deposed instances wait for their deletion.
 * @throws DriftError
 */
export function* instancesOf(value: unknown, source: string): Generator<TerraformResource> {
  const { module, mode, type, name, instances } = parseEntry(resource, value, source, "not a Terraform state file");
  if (mode === "data") return;
  const address = `${module === undefined ? "" : `${module}.`}${type}.${name}`;
  for (const { index_key: key, deposed, attributes, sensitive_attributes: paths } of instances) {
    if (deposed !== undefined) continue;
    const values = withoutTypes(attributes ?? {});
    const secrets = new Set<string>();
    namedSecrets(values, secrets);
    yield {
      address: key === undefined || key === null ? address : `${address}[${JSON.stringify(key)}]`,
      type,
      values,
      marks: marksOf(paths ?? []),
      secrets,
    };
  }
}

const ownFile = z.looseObject({ terraform_version: z.string(), lineage: z.string() });

/** Returns whether the rest of a document is one of a state file, of any version. */
export function isStateFile(rest: unknown): boolean {
  return ownFile.safeParse(rest).success;
}

/** Checks a state file without its resources. @throws DriftError if resources may be in a place that was not read */
export function checkStateFile(rest: unknown, source: string): void {
  const result = stateFile.safeParse(rest);
  if (result.success) return;
  const { version } = z.looseObject({ version: z.unknown() }).parse(rest);
  if (typeof version === "number" && version < 4)
    throw new DriftError(
      `${source} is a Terraform state file of version ${version}, and only version 4 is supported: run terraform apply -refresh-only with Terraform 0.13 or later, which upgrades it`,
    );
  const [issue] = result.error.issues;
  throw new DriftError(
    `${source} is not a whole Terraform state file (${issue?.path.join(".")}: ${issue?.message}): save it again with terraform state pull`,
  );
}
