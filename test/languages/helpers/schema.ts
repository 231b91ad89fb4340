import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capitalized } from "../../helpers/capitalized";
import { pluginFolder } from "../../plugin/environment";

interface ObjectType {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** The part of the plugin's schema that the generators of SDKs make classes from. */
export interface Schema {
  readonly language: { readonly csharp: { readonly namespaces: Readonly<Record<string, string>> } };
  readonly functions: Readonly<Record<string, { readonly inputs?: ObjectType; readonly outputs: ObjectType }>>;
  readonly resources: Readonly<
    Record<
      string,
      ObjectType & {
        readonly inputProperties: Readonly<Record<string, object>>;
        readonly requiredInputs?: readonly string[];
      }
    >
  >;
  readonly types: Readonly<Record<string, ObjectType>>;
}

/** Reads the schema of the built plugin. */
export function readSchema(): Schema {
  return JSON.parse(readFileSync(join(pluginFolder, "schema.json"), "utf8")) as Schema;
}

/** Returns the classes of arguments and results in Java and in C#, each with its properties. */
export function classesOf({ functions, resources, types }: Schema): ReadonlyMap<string, ObjectType> {
  const nameOf = (token: string): string => capitalized(token.slice(token.lastIndexOf(":") + 1));
  const classes = new Map<string, ObjectType>();
  for (const [token, { inputs = { properties: {} }, outputs }] of Object.entries(functions)) {
    classes.set(`${nameOf(token)}Args`, inputs);
    classes.set(`${nameOf(token)}Result`, outputs);
  }
  for (const [token, { properties, inputProperties, requiredInputs = [] }] of Object.entries(resources)) {
    classes.set(nameOf(token), { properties });
    classes.set(`${nameOf(token)}Args`, { properties: inputProperties, required: requiredInputs });
  }
  for (const [token, type] of Object.entries(types)) {
    classes.set(nameOf(token), type);
    classes.set(`${nameOf(token)}Args`, type);
  }
  return classes;
}
