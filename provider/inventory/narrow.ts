import { compile } from "@jmespath-community/jmespath";
import { columnOf, kindNumber } from "./columns.js";
import type { Filter, Query } from "./inventory.js";

/** A condition of SQL, and the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
  /** An index other than that of the ids finds what it lets through. */
  readonly indexed: boolean;
}

/** The columns by the names that queries use. */
const columns: Readonly<Record<string, string>> = { id: "id", ...columnOf };

const indexed: ReadonlySet<string> = new Set(["name", "location_id", "service_point_id", "account_id"]);

function column(name: string): string | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}

/**
 * What of a query can be told to SQLite, so that it reads through an index or at least parses less. It lets through all
 * records that the query wants, and perhaps more: `predicate` looks at each that comes.
 */
export function narrow(query: Query): Condition[] {
  const { name, servicePointId, accountId, locationId } = query;
  const equal = Object.entries({ name, servicePointId, accountId })
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => equals(column(field) ?? "", value as string));
  return [
    ...equal,
    ...(locationId === undefined ? [] : [atLocation(locationId)]),
    ...(query.filters ?? []).flatMap(byFilter),
    ...(query.where === undefined ? [] : byWhere(query.where)),
  ];
}

function equals(name: string, value: string): Condition {
  return { sql: `${name} = ?`, values: [value], indexed: indexed.has(name) };
}

/** An item may name only its service point; its location is then that service point's. */
function atLocation(locationId: string): Condition {
  return {
    sql: `(location_id = ? OR (location_id IS NULL AND service_point_id IN
      (SELECT id FROM record WHERE kind = ${kindNumber("servicePoint")} AND until IS NULL AND location_id = ?)))`,
    values: [locationId, locationId],
    indexed: true,
  };
}

function startsWith(name: string, prefix: string): Condition {
  return { sql: `(${name} >= ? AND ${name} < ?)`, values: [prefix, `${prefix}\u{10ffff}`], indexed: indexed.has(name) };
}

/** Exact values, and those with one wildcard at their end. */
function byFilter({ name, values }: Filter): Condition[] {
  const known = column(name);
  if (known === undefined || values.length === 0) return [];
  const parts = values.map((value) => {
    const star = value.indexOf("*");
    if (star < 0) return equals(known, value);
    return star > 0 && star === value.length - 1 ? startsWith(known, value.slice(0, -1)) : undefined;
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

/** The tree of an expression, as far as it matters here. */
interface Node {
  readonly type: string;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly left?: Node;
  readonly right?: Node;
}

/** `field == 'text'` wherever it must hold: at the top, and in what `&&` joins there. */
function byWhere(where: string): Condition[] {
  let tree: Node;
  try {
    tree = compile(where) as unknown as Node;
  } catch {
    // `predicate` says what is wrong with it.
    return [];
  }
  return conditionsOf(tree);
}

function conditionsOf({ type, name, left, right }: Node): Condition[] {
  if (!left || !right) return [];
  if (type === "AndExpression") return [...conditionsOf(left), ...conditionsOf(right)];
  if (type !== "Comparator" || name !== "EQ") return [];
  const [field, literal] = left.type === "Field" ? [left, right] : [right, left];
  const known = field.type === "Field" && typeof field.name === "string" ? column(field.name) : undefined;
  if (known === undefined || literal.type !== "Literal" || typeof literal.value !== "string") return [];
  return [equals(known, literal.value)];
}
