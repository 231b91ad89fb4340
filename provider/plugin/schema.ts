import { kinds, type Kind } from "../model/records.js";
import { readAsset } from "../platform/asset.js";

/** The parts of the package's schema that the plugin reads. */
interface Schema {
  readonly functions: Readonly<Record<string, FunctionSchema>>;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
}

interface ResourceSchema {
  readonly inputProperties: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface FunctionSchema {
  readonly inputs?: { readonly properties: Readonly<Record<string, unknown>> };
  readonly outputs: { readonly properties: Readonly<Record<string, unknown>> };
}

let read: Schema | undefined;

/** Reads the schema that the build generated from the TypeScript API. */
export function schemaText(): string {
  return readAsset(__dirname, "schema.json");
}

function schema(): Schema {
  return (read ??= JSON.parse(schemaText()) as Schema);
}

/** A function of the package. */
export interface FunctionEntry {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Returns the function with a token. @throws Error if it does not exist */
export function functionOf(token: string): FunctionEntry {
  const { functions } = schema();
  const entry = Object.hasOwn(functions, token) ? functions[token] : undefined;
  if (!entry) throw new Error(`unknown function ${token}; functions are ${Object.keys(functions).join(", ")}`);
  return {
    name: lastPart(token),
    inputs: Object.keys(entry.inputs?.properties ?? {}),
    outputs: Object.keys(entry.outputs.properties),
  };
}

/** A resource of the package: the kind that it tracks, and the names of its outputs. */
export interface ResourceEntry {
  readonly kind: Kind;
  readonly outputs: readonly string[];
}

/** Returns the resource of a URN. @throws Error if it does not exist */
export function resourceOf(urn: string): ResourceEntry {
  const types = urn.split("::")[2] ?? "";
  const token = types.slice(types.lastIndexOf("$") + 1);
  const { resources } = schema();
  const entry = Object.hasOwn(resources, token) ? resources[token] : undefined;
  const name = lastPart(token).toLowerCase();
  const kind = kinds.find((known) => known.toLowerCase() === name);
  if (!entry || !kind) throw new Error(`unknown resource ${token}; resources are ${Object.keys(resources).join(", ")}`);
  const outputs = Object.keys(entry.properties).filter((property) => !Object.hasOwn(entry.inputProperties, property));
  return { kind, outputs };
}

function lastPart(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
