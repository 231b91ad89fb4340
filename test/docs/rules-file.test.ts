import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { kinds } from "../../provider/model/records";
import { ruleNames } from "../../policy/rules/file/rules-file";

const root = resolve(__dirname, "../..");
const page = join(root, "docs/reference/rules-file.md");

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
}

const schema = JSON.parse(readFileSync(join(root, "schemas/rules.schema.json"), "utf8")) as Schema;
const names: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "`true` or `false`",
  null: "`null`",
};
const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

function typeOf({ type = "", enum: values, anyOf, items, propertyNames, additionalProperties }: Schema): string {
  if (values?.join() === kinds.join()) return "`kind`";
  if (values?.join() === ruleNames.join()) return "`rule`";
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (items) return items.properties ? "list of objects" : `list of ${typeOf(items)}s`;
  if (propertyNames) return `map from ${typeOf(propertyNames)} to ${typeOf(additionalProperties || {})}`;
  return names[type] ?? type;
}

/** Returns one row for the key and for each key below it. */
function rowsOf(path: string, key: Schema, isRequired: boolean): string[] {
  const standard = isRequired ? "required" : key.default === undefined ? "none" : code(key.default);
  const example = key.examples?.[0] === undefined ? "" : code(key.examples[0]);
  const row = `| \`${path}\` | ${typeOf(key)} | ${standard} | ${example} | ${key.description ?? ""} |`;
  const { properties = {}, required = [] } = key.items ?? key;
  const below = Object.entries(properties).flatMap(([name, inner]) =>
    rowsOf(`${path}${key.items ? "[]" : ""}.${name}`, inner, required.includes(name)),
  );
  return [row, ...below];
}

function tableOf(name: string): string {
  const key = schema.properties?.[name];
  if (!key) throw new Error(`the schema has no key ${name}`);
  const head = ["| key | type | default | example | meaning |", "| --- | --- | --- | --- | --- |"];
  return [...head, ...rowsOf(name, key, false)].join("\n");
}

test("the page of the rules file has every key of the JSON schema with its type, default and meaning", () => {
  const text = readFileSync(page, "utf8");
  const documented: string[] = [];
  const generated = text.replace(
    /(<!-- keys: (\w+) -->\n)[^]*?(<!-- end of keys -->)/g,
    (_all, start: string, name: string, end: string) => {
      documented.push(name);
      return `${start}\n${tableOf(name)}\n\n${end}`;
    },
  );
  if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(page, generated);
  const squeezed = (source: string): string => source.replace(/ +/g, " ").replace(/-{3,}/g, "---");
  expect(documented).toEqual(Object.keys(schema.properties ?? {}));
  expect(squeezed(text)).toBe(squeezed(generated));
});

test("every key of the rules file has a description", () => {
  const keysWithout = (key: Schema, path: string): string[] => [
    ...(key.description === undefined ? [path] : []),
    ...Object.entries((key.items ?? key).properties ?? {}).flatMap(([name, inner]) =>
      keysWithout(inner, `${path}.${name}`),
    ),
  ];
  expect(Object.entries(schema.properties ?? {}).flatMap(([name, key]) => keysWithout(key, name))).toEqual([]);
});
