import type { Filter, Query } from "../../model/inventory-reader.js";
import { ExpressionCostError, excerpt } from "../../model/expression/cost-error.js";
import { evaluate, type Expression } from "../../model/expression/interpreter.js";
import { filterTexts, filterValue, textsOf } from "./filter.js";
import { QueryError } from "./query-error.js";
import { compileJmespath } from "../../model/expression/jmespath.js";
import { canonical, canonicalValue, isAscii } from "../../platform/unicode.js";
import { elements, isNamedField, type InventoryRecord } from "../../model/records.js";

type Predicate = (record: InventoryRecord) => boolean;

/** Compiles the filters and the `where` of a query to one test of a record. */
export function predicate(query: Query): Predicate {
  if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit >= 1)) {
    throw new QueryError(`limit must be a whole number of at least 1, not ${query.limit}`);
  }
  const tests = (query.filters ?? []).map(filterTest);
  if (query.where !== undefined) tests.push(whereTest(query.where));
  return (record) => tests.every((test) => test(record));
}

/**
 * Checks the minimum number of records of a list.
 * @param name name of the argument
 * @throws QueryError
 */
export function checkAtLeast(atLeast: number, limit = Infinity, name = "atLeast"): void {
  if (!(Number.isInteger(atLeast) && atLeast >= 0)) {
    throw new QueryError(`${name} must be a whole number of at least 0, not ${atLeast}`);
  }
  if (atLeast > limit) throw new QueryError(`${name} must not be more than limit: ${atLeast} is more than ${limit}`);
}

function filterTest({ name, values }: Filter): Predicate {
  if (!name) throw new QueryError("a filter needs the name of a field, such as status or attributes.vendor");
  const accepts = values.map((value) => filterValue(name, value));
  const textsIn = filterTexts(name);
  return (record) => textsIn(record).some((text) => accepts.some((accept) => accept(text)));
}

function whereTest(where: string): Predicate {
  let expression: Expression;
  try {
    expression = { ...compileJmespath(canonical(where)), text: where };
  } catch (error) {
    throw new QueryError(
      `where is not JMESPath: ${excerpt(where)} (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  // Unicode forms do not matter to an ASCII expression.
  const isPlain = isAscii(where);
  const test = (record: InventoryRecord): boolean => {
    try {
      return isTrue(evaluate(expression, isPlain ? record : canonicalValue(record)));
    } catch (error) {
      if (error instanceof ExpressionCostError) throw error.at("where");
      throw new QueryError(
        `where fails on ${record.kind} ${record.id}: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
  return (record) => (record[elements] === undefined ? test(record) : variants(record, where).some(test));
}

/** Maximum number of variants of one record; each of them evaluates the whole expression. */
const MAX_VARIANTS = 10_000;

/**
 * Returns the record once for each combination of the values of its fields that have several, so that a comparison holds if it
 * holds for any of them. Only the fields that the expression names count.
 * @throws QueryError if there are too many combinations
 */
function variants(record: InventoryRecord, where: string): readonly InventoryRecord[] {
  let found: readonly InventoryRecord[] = [record];
  for (const field of Object.keys(record[elements] ?? {}).filter(isNamedField)) {
    if (!where.includes(field)) continue;
    const texts = textsOf(record, field);
    if (found.length * texts.length > MAX_VARIANTS) {
      throw new QueryError(
        `where compares more than ${MAX_VARIANTS} combinations of values on ${record.kind} ${record.id}; use fewer fields with several values`,
      );
    }
    found = found.flatMap((variant) => texts.map((text) => ({ ...variant, [field]: text })));
  }
  return found;
}

/** Returns whether a value is true in JMESPath: not false, null or empty. */
function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
