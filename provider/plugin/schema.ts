import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, type Kind } from "../inventory/records.js";

/** As much of the package's schema as the plugin itself goes by. */
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

/** The schema as the build made it from the TypeScript API. */
export function schemaText(): string {
  return readFileSync(join(__dirname, "schema.json"), "utf8");
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

/** The function with this token. @throws Error where there is none */
export function functionOf(token: string): FunctionEntry {
  const { functions } = schema();
  const entry = Object.hasOwn(functions, token) ? functions[token] : undefined;
  if (!entry) throw new Error(`there is no function ${token}; there are ${Object.keys(functions).join(", ")}`);
  return {
    name: lastPart(token),
    inputs: Object.keys(entry.inputs?.properties ?? {}),
    outputs: Object.keys(entry.outputs.properties),
  };
}

/** A resource of the package: the kind that it tracks, and the names of what the record gives it. */
export interface ResourceEntry {
  readonly kind: Kind;
  readonly outputs: readonly string[];
}

/** The resource that a URN names. @throws Error where there is none */
export function resourceOf(urn: string): ResourceEntry {
  const types = urn.split("::")[2] ?? "";
  const token = types.slice(types.lastIndexOf("$") + 1);
  const { resources } = schema();
  const entry = Object.hasOwn(resources, token) ? resources[token] : undefined;
  const name = lastPart(token).toLowerCase();
  const kind = kinds.find((known) => known.toLowerCase() === name);
  if (!entry || !kind) throw new Error(`there is no resource ${token}; there are ${Object.keys(resources).join(", ")}`);
  const outputs = Object.keys(entry.properties).filter((property) => !Object.hasOwn(entry.inputProperties, property));
  return { kind, outputs };
}

function lastPart(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
