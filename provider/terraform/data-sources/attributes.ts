import { stringify } from "safe-stable-stringify";
import type { RecordResult } from "../../functions/results.js";
import { interfaces, type Members } from "../build-time.js";
import { snakeCase, type Attribute, type Attributes } from "../schema.js";
import type { Values } from "../value.js";

/** JSON of a whole record: its keys in order, so that the same record is the same text. */
export function json(value: unknown): string {
  return stringify(value) ?? "null";
}

/** Attributes for members of an interface. */
export function attributesOf(members: Members, set: Attribute["set"]): Attributes {
  const entries = Object.entries(members).map(([name, { type, text }]): [string, Attribute] => [
    snakeCase(name),
    { type: type === "number" ? "number" : "string", set, description: text },
  ]);
  return Object.fromEntries(entries);
}

/** What every record has: its id, the named fields, and the rest. */
export const recordAttributes: Attributes = {
  id: { type: "string", set: "computed", description: "The record's id." },
  ...attributesOf(interfaces.NamedFields, "computed"),
  attributes_json: {
    type: "string",
    set: "computed",
    description: `${interfaces.InventoryRecord["attributes"]?.text ?? ""} As JSON, with its keys in order: \`jsondecode\` reads it.`,
  },
};

/** A record as the attributes of a data source. */
export function recordValues(record: RecordResult): Values {
  const named = Object.keys(interfaces.NamedFields).map((name) => [
    snakeCase(name),
    record[name as keyof typeof record] ?? null,
  ]);
  return { id: record.id, ...Object.fromEntries(named), attributes_json: json(record.attributes) } as Values;
}
