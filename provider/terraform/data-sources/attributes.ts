import { stringify } from "safe-stable-stringify";
import type { RecordResult } from "../../functions/results.js";
import { interfaces, type Members } from "../plugin/build-time.js";
import type { Attribute, Attributes } from "../plugin/schema.js";
import type { Values } from "../plugin/value.js";
import { snakeCase } from "../../platform/case.js";

/** Returns a record as JSON with sorted keys, so that equal records are equal texts. */
export function json(value: unknown): string {
  return stringify(value) ?? "null";
}

/** Converts the members of an interface to attributes. */
export function attributesOf(members: Members, set: Attribute["set"]): Attributes {
  const entries = Object.entries(members).map(([name, { type, text }]): [string, Attribute] => [
    snakeCase(name),
    { type: type === "number" ? "number" : "string", set, description: text },
  ]);
  return Object.fromEntries(entries);
}

/** The attributes of every record: its id, the named fields, and the API's record. */
export const recordAttributes: Attributes = {
  id: { type: "string", set: "computed", description: "The record's id." },
  ...attributesOf(interfaces.NamedFields, "computed"),
  attributes_json: {
    type: "string",
    set: "computed",
    description: `${interfaces.InventoryRecord["attributes"]?.text ?? ""} As JSON with sorted keys, for \`jsondecode\`.`,
  },
};

/** Converts a record to the attributes of a data source. */
export function recordValues(record: RecordResult): Values {
  const named = Object.keys(interfaces.NamedFields).map((name) => [
    snakeCase(name),
    record[name as keyof typeof record] ?? null,
  ]);
  return { id: record.id, ...Object.fromEntries(named), attributes_json: json(record.attributes) } as Values;
}
