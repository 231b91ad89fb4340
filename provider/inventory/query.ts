import { TreeInterpreter } from "@jmespath-community/jmespath";
import type { Filter, Query } from "./inventory.js";
import { compileJmespath, type Expression } from "./jmespath.js";
import { isNamedField, type InventoryRecord } from "./records.js";

/** A query that cannot be understood. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

type Predicate = (record: InventoryRecord) => boolean;

/** Makes the part of a query that is not a relation into one test of a record. */
export function predicate(query: Query): Predicate {
  if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit >= 1)) {
    throw new QueryError(`limit must be a whole number of at least 1, not ${query.limit}`);
  }
  const tests = (query.filters ?? []).map(filterTest);
  if (query.where !== undefined) tests.push(whereTest(query.where));
  return (record) => tests.every((test) => test(record));
}

function filterTest({ name, values }: Filter): Predicate {
  if (!name) throw new QueryError("a filter needs the name of a field, such as status or attributes.vendor");
  const path = name.split(".");
  const accepts = values.map(wildcard);
  // A field that is not a named one is looked for in the record as it came, so `vendor` means `attributes.vendor`.
  const atTop = name === "id" || isNamedField(name) || path[0] === "attributes";
  return (record) =>
    collect(atTop ? record : record.attributes, path).some((text) => accepts.some((accept) => accept(text)));
}

/** `*` stands for any text; everything else is compared as it is. */
function wildcard(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  const middle = parts.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of middle) {
      const next = text.indexOf(part, at);
      if (next < 0 || next + part.length > end) return false;
      at = next + part.length;
    }
    return true;
  };
}

function collect(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => collect(entry, path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === "object" ? [] : value === undefined ? [] : [String(value)];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return collect((value as Record<string, unknown>)[name], rest);
}

function whereTest(where: string): Predicate {
  let expression: Expression;
  try {
    expression = compileJmespath(where);
  } catch (error) {
    throw new QueryError(`where is not JMESPath: ${where} (${error instanceof Error ? error.message : String(error)})`);
  }
  return (record) => {
    let result: unknown;
    try {
      result = TreeInterpreter.search(expression, record as never);
    } catch (error) {
      throw new QueryError(
        `where fails on ${record.kind} ${record.id}: ${error instanceof Error ? error.message : error}`,
      );
    }
    return isTrue(result);
  };
}

/** True as JMESPath says: false, null and everything empty is not. */
function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
