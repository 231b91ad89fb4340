import { z } from "zod";
import { rulesFileSchema } from "../../policy/rules/file/rules-file.js";
import type { InventoryInfo } from "../../provider/model/inventory-reader.js";
import { collections, isNamedField, kinds, type Kind } from "../../provider/model/records.js";
import { kebabCase } from "../../provider/platform/case.js";
import type { EditedFile } from "../common/schema-line.js";
import { ignoreFileSchema } from "../ignore/ignore-file.js";
import { testFileSchema } from "../rules-test/schema.js";
import type { InventoryFacts, KindFacts } from "./inventory-facts.js";

type Schema = z.core.JSONSchema.BaseSchema;

/** A JSON schema of a file with the names of an inventory. */
export interface InventorySchema {
  readonly schema: Schema;
  /** What the schema does not have, and why. */
  readonly notes: readonly string[];
}

/** Maximum number of ids of a kind: an editor reads the whole schema at each change of a file. */
const MAX_IDS = 10_000;

/** Returns the schema of a file that users edit, with the names that the records have. */
export function inventorySchema(of: EditedFile, facts: InventoryFacts, { endpoint }: InventoryInfo): InventorySchema {
  const { make, title } = makers[of];
  const notes = kinds
    .filter((kind) => facts[kind] === undefined)
    .map((kind) => `the inventory does not have ${collections[kind]}: their names are not checked`);
  const schema = { title: `${title}, with the names of the inventory of ${endpoint}`, ...make(facts, notes) };
  return { schema, notes };
}

type Make = (facts: InventoryFacts, notes: string[]) => Schema;

const makers: Readonly<Record<EditedFile, { readonly make: Make; readonly title: string }>> = {
  rules: { make: rulesSchema, title: "Rules file (cmdb.rules.yaml)" },
  tests: { make: testsSchema, title: "Cases of orange-cmdb rules test (*.rules.test.yaml)" },
  ignore: { make: ignoreSchema, title: "Ignore file (.cmdbignore.yaml)" },
};

const entriesOf = (facts: InventoryFacts): [Kind, KindFacts][] => Object.entries(facts) as [Kind, KindFacts][];

function rulesSchema(facts: InventoryFacts): Schema {
  const schema = z.toJSONSchema(rulesFileSchema, { io: "input" });
  const reference = at(schema, "references", "[]");
  // An example is a completion, too, but not each kind has its field.
  for (const key of [at(reference, "by"), at(reference, "match", "[]", "record")]) delete key.examples;
  reference.allOf = entriesOf(facts).map(([kind, own]) => {
    const field = fieldSchema(kind, own);
    return {
      if: { properties: { kind: { const: kind } }, required: ["kind"] },
      then: { properties: { by: field, match: { items: { properties: { record: field } } } } },
    };
  });
  at(schema, "inService").properties = Object.fromEntries(
    entriesOf(facts)
      .filter(([, { statuses }]) => statuses.size > 0)
      .map(([kind, { statuses }]) => [
        kind,
        { type: "array", minItems: 1, items: oneOf(statuses.keys(), `no ${kind} of the inventory has this status`) },
      ]),
  );
  return schema;
}

/** Accepts a field that records of the kind have, and every JMESPath that is more than names. */
function fieldSchema(kind: Kind, { named, attributes }: KindFacts): Schema {
  const isVisible = (path: string): boolean => !isNamedField(path) && path !== "id" && path !== "kind";
  const all = ["id", ...named, ...attributes.filter(isVisible), ...attributes.map((path) => `attributes.${path}`)];
  return { anyOf: [oneOf(all, `no ${kind} of the inventory has this field`), expression] };
}

/** Returns a schema of these texts. Editors show the message in place of a list of all of them. */
const oneOf = (texts: Iterable<string>, errorMessage: string): Schema => ({ enum: [...new Set(texts)], errorMessage });

/** A JMESPath with more than names and dots: the inventory does not tell whether it has a value. */
const expression: Schema = { type: "string", pattern: "[^\\w.]" };

function ignoreSchema(facts: InventoryFacts, notes: string[]): Schema {
  const schema = z.toJSONSchema(ignoreFileSchema, { io: "input" });
  const record = at(schema, "ignore", "[]", "record");
  const { ids, isComplete } = idsOf(facts, notes);
  const names = ids.flatMap(([kind, id]) => [id, `${kind}/${id}`]);
  // Without all ids, an id that is not listed can be right.
  const other: Schema = isComplete ? { type: "string", pattern: "\\*" } : { type: "string" };
  Object.assign(record, { anyOf: [oneOf(names, "the inventory has no record with this id"), other] });
  return schema;
}

/** Completes ids and does not underline others, because cases have records of their own. */
function testsSchema(facts: InventoryFacts, notes: string[]): Schema {
  const schema = z.toJSONSchema(testFileSchema, { io: "input" });
  const { ids } = idsOf(facts, notes);
  const tags = Object.fromEntries(
    kinds.map((kind) => [
      `cmdb:${kebabCase(kind)}`,
      { examples: ids.filter(([of]) => of === kind).map(([, id]) => id) },
    ]),
  );
  const test = at(schema, "cases", "[]");
  for (const resource of [at(test, "resource"), at(test, "resources", "[]")])
    at(resource, "properties").properties = { tags: { type: "object", properties: tags } };
  const [, findings] = at(test, "expect").anyOf ?? [];
  if (findings) at(findings, "[]", "record").examples = ids.map(([, id]) => id);
  return schema;
}

function idsOf(facts: InventoryFacts, notes: string[]): { ids: [Kind, string][]; isComplete: boolean } {
  const all = entriesOf(facts);
  const left = all.filter(([, { ids }]) => ids.length > MAX_IDS);
  for (const [kind, { ids }] of left)
    notes.push(
      `the ids of ${ids.length} ${collections[kind]} are left out: the schema has at most ${MAX_IDS} of a kind`,
    );
  return {
    ids: all.flatMap(([kind, { ids }]) => (ids.length > MAX_IDS ? [] : ids.map((id): [Kind, string] => [kind, id]))),
    isComplete: left.length === 0 && all.length === kinds.length,
  };
}

/** Returns the part of a schema at names of properties; `[]` are the elements of a list. */
function at(schema: Schema, ...path: readonly string[]): Schema {
  return path.reduce((part, name) => {
    const found = name === "[]" ? part.items : part.properties?.[name];
    if (typeof found !== "object" || Array.isArray(found)) throw new Error(`the schema has no ${path.join(".")}`);
    return found;
  }, schema);
}
