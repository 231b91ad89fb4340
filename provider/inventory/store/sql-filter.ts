import { columnOf, elementsColumn, kindNumber } from "./columns.js";
import { filterCountry } from "../query/filter.js";
import { kinds } from "../../model/records.js";
import type { Filter, Query } from "../../model/inventory-reader.js";
import { compileJmespath } from "../../model/expression/jmespath.js";
import { canonical, isAscii } from "../../platform/unicode.js";

/** An SQL condition with the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
  /** Whether an index other than that of the ids covers the condition. */
  readonly indexed: boolean;
  /** Whether the condition lists row numbers, so that no other index helps. */
  readonly byNumber?: true;
}

/** The columns by their names in queries. */
const columns: Readonly<Record<string, string>> = { id: "id", ...columnOf };

const indexed: ReadonlySet<string> = new Set(["name", "locationId", "servicePointId", "accountId"]);

const isColumn = (field: string): boolean => Object.hasOwn(columns, field);

/**
 * Converts parts of a query to SQL, so that SQLite uses an index or reads fewer records. The SQL may select more records than the
 * query: `predicate` tests each of them.
 * @param several the fields that have several values in a record. Any of the values may match
 */
export function toSqlConditions(query: Query, several: ReadonlySet<string> = new Set()): Condition[] {
  const { name, servicePointId, accountId, locationId } = query;
  const equal = Object.entries({ name, servicePointId, accountId })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => equals(field, value as string, several));
  return [
    ...equal,
    ...(locationId === undefined ? [] : [atLocation(locationId, several)]),
    ...(query.filters ?? []).flatMap((filter) => byFilter(filter, several)),
    ...(query.where === undefined ? [] : byWhere(query.where, several)),
  ];
}

/** Returns the condition that a text of a field passes a test. @param test returns the test of an SQL expression */
function anyText(
  field: string,
  several: ReadonlySet<string>,
  test: (text: string) => string,
  values: readonly string[],
): Condition {
  const own = test(columns[field] ?? "");
  if (!several.has(field)) return { sql: own, values, indexed: indexed.has(field) };
  const each = `EXISTS (SELECT 1 FROM json_each(${elementsColumn}, '$.${field}') WHERE ${test("value")})`;
  return { sql: `(${own} OR ${each})`, values: [...values, ...values], indexed: false };
}

/** The index has unnormalized texts. A text beyond ASCII may match in another Unicode form, so all such texts are tested. */
const beyondAscii = (text: string): string => `${text} GLOB '*[^ -~]*'`;

function equals(field: string, value: string, several: ReadonlySet<string>): Condition {
  if (!isAscii(value)) {
    const test = (text: string): string => `(${beyondAscii(text)} AND canonical(${text}) = ?)`;
    return { ...anyText(field, several, test, [canonical(value)]), indexed: false };
  }
  return anyText(field, several, (text) => `${text} = ?`, [value]);
}

/**
 * An item may name only its service point, whose location is then the item's. Each of the paths is a subquery, so that each uses its
 * index.
 */
function atLocation(locationId: string, several: ReadonlySet<string>): Condition {
  const own = equals("locationId", locationId, several);
  const numbers = `SELECT number FROM record WHERE kind IN (${kinds.map(kindNumber).join(", ")}) AND until IS NULL`;
  const points = `FROM record WHERE kind = ${kindNumber("servicePoint")} AND until IS NULL AND ${own.sql}`;
  const through = (test: (text: string) => string): Condition => anyText("servicePointId", several, test, own.values);
  const named = through((text) => `${text} IN (SELECT id ${points})`);
  // The item may have the service point's id in another Unicode form.
  const inOtherForm = through(
    (text) =>
      `${beyondAscii(text)} AND canonical(${text}) IN (SELECT canonical(id) ${points} AND ${beyondAscii("id")})`,
  );
  const elsewhere = `location_id IS NULL AND service_point_id IS NOT NULL`;
  return {
    sql: `number IN (${numbers} AND ${own.sql}
      UNION ALL ${numbers} AND ${elsewhere} AND ${named.sql}
      UNION ALL ${numbers} AND ${elsewhere} AND EXISTS (SELECT 1 ${points} AND ${beyondAscii("id")}) AND (${inOtherForm.sql}))`,
    values: [...own.values, ...named.values, ...own.values, ...inOtherForm.values],
    indexed: isAscii(locationId),
    byNumber: true,
  };
}

function startsWith(field: string, prefix: string, several: ReadonlySet<string>): Condition {
  if (!isAscii(prefix)) return { ...anyText(field, several, beyondAscii, []), indexed: false };
  return anyText(field, several, (text) => `(${text} >= ? AND ${text} < ?)`, [prefix, `${prefix}\u{10ffff}`]);
}

/** Returns the conditions of countries, exact values, and values with one wildcard at the end. */
function byFilter({ name, values }: Filter, several: ReadonlySet<string>): Condition[] {
  if (!isColumn(name) || values.length === 0) return [];
  const parts = values.map((value) => {
    const country = filterCountry(name, value);
    if (country !== undefined) return anyText(name, several, (text) => `country_code(${text}) = ?`, [country]);
    const star = value.indexOf("*");
    if (star < 0) return equals(name, value, several);
    return star > 0 && star === value.length - 1 ? startsWith(name, value.slice(0, -1), several) : undefined;
  });
  if (parts.some((part) => part === undefined)) return [];
  const conditions = parts as Condition[];
  return [
    {
      sql: `(${conditions.map(({ sql }) => sql).join(" OR ")})`,
      values: conditions.flatMap((part) => part.values),
      indexed: conditions.every((part) => part.indexed),
    },
  ];
}

/** The members of a tree node that this file reads. */
interface Node {
  readonly type: string;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly left?: Node;
  readonly right?: Node;
}

/** Returns each `field == 'text'` that must hold: at the top level, and joined there by `&&`. */
function byWhere(where: string, several: ReadonlySet<string>): Condition[] {
  let tree: Node;
  try {
    tree = compileJmespath(where).tree as unknown as Node;
  } catch {
    // `predicate` reports the error.
    return [];
  }
  return conditionsOf(tree, several);
}

function conditionsOf({ type, name, left, right }: Node, several: ReadonlySet<string>): Condition[] {
  if (!left || !right) return [];
  if (type === "AndExpression") return [...conditionsOf(left, several), ...conditionsOf(right, several)];
  if (type !== "Comparator" || name !== "EQ") return [];
  const [field, literal] = left.type === "Field" ? [left, right] : [right, left];
  if (field.type !== "Field" || typeof field.name !== "string" || !isColumn(field.name)) return [];
  if (literal.type !== "Literal" || typeof literal.value !== "string") return [];
  return [equals(field.name, literal.value, several)];
}
