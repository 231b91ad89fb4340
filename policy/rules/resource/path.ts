import { ExpressionCostError } from "../../../provider/model/expression/cost-error.js";
import { evaluate, type Expression as Compiled } from "../../../provider/model/expression/interpreter.js";
import { compileJmespath } from "../../../provider/model/expression/jmespath.js";
import { isMistake } from "./jmespath.js";
import { UNKNOWN } from "./resource.js";
import { memoize } from "../../../provider/platform/memoize.js";

/** The result of a path on the properties of a resource. `value` is complete if `known`, else it has the known part. */
export interface Found {
  readonly known: boolean;
  readonly value: unknown;
}

type Properties = Readonly<Record<string, unknown>>;
type Finder = (properties: Properties) => Found;

const NOT_FOUND: Found = { known: true, value: undefined };
const UNDECIDED: Found = { known: false, value: undefined };

const name = String.raw`(?:[A-Za-z_]\w*|"[^"\\]+")`;
const chain = String.raw`${name}(?:\.${name})*`;
const simple = new RegExp(String.raw`^\s*${chain}(?:\s*\|\|\s*${chain})*\s*$`);

/** Returns the alternatives of a path of names, such as `tags."cmdb:location" || labels.site`; undefined for any other JMESPath. */
export function alternativesOf(path: string): readonly (readonly string[])[] | undefined {
  if (!simple.test(path)) return undefined;
  return path
    .split("||")
    .map((part) => (part.match(new RegExp(name, "g")) ?? []).map((text) => text.replace(/"/g, "")));
}

/** Returns whether any part of a value is unknown. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) ? value.some(holdsUnknown) : Object.values(value).some(holdsUnknown);
}

/** Replaces unknown values with null, because JMESPath cannot read symbols. `find` returns whether they affect the result. */
function withoutUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutUnknown(entry)]));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Returns whether a value is false in JMESPath, so that `||` uses the next alternative. */
function isFalse(value: unknown): boolean {
  return (
    isEmpty(value) ||
    value === false ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

function walk(names: readonly string[], properties: Properties): unknown {
  let value: unknown = properties;
  for (const key of names) {
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Properties)[key];
  }
  return value;
}

/** Returns the alternative that {@link find} takes its value from; undefined if there is no value, or if it is unknown. */
export function alternativeOf(
  alternatives: readonly (readonly string[])[],
  properties: Properties,
): readonly string[] | undefined {
  const found = alternatives.find((names) => !isFalse(walk(names, properties)));
  if (found) return walk(found, properties) === UNKNOWN ? undefined : found;
  const last = alternatives.at(-1);
  return last && !isEmpty(walk(last, properties)) ? last : undefined;
}

function namesFinder(alternatives: readonly (readonly string[])[]): Finder {
  return (properties) => {
    let value: unknown;
    for (const names of alternatives) {
      value = walk(names, properties);
      // An unknown alternative can have a value, so later ones cannot decide.
      if (value === UNKNOWN) return UNDECIDED;
      if (!isFalse(value)) break;
    }
    if (isEmpty(value)) return NOT_FOUND;
    if (typeof value !== "object" || !holdsUnknown(value)) return { known: true, value };
    return { known: false, value: withoutUnknown(value) };
  };
}

/** Thrown if an expression reads an unknown value. */
const notSeen = new Error("a value that is not known was looked at");
const blind: PropertyDescriptor = {
  enumerable: true,
  get: () => {
    throw notSeen;
  },
};

/** Returns a copy that throws if an unknown value is read. A value without unknown parts is returned itself. */
function guarded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !holdsUnknown(value)) return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const [key, entry] of Object.entries(value)) {
    const seen = { value: guarded(entry), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(copy, key, entry === UNKNOWN ? blind : seen);
  }
  return copy;
}

const guards = new WeakMap<Properties, Properties>();

/** Returns guarded properties, cached. Most resources have no unknown value: these are returned themselves. */
function guardOf(properties: Properties): Properties {
  let guard = guards.get(properties);
  if (!guard) guards.set(properties, (guard = guarded(properties) as Properties));
  return guard;
}

interface Expression {
  readonly compiled: Compiled;
  /** True if it only collects values: without some of the properties, it returns a part of the same list. */
  readonly gathers: boolean;
  /** True if it has a condition: its `false` need not be a value of the resource. */
  readonly asks: boolean;
}

const gathering = new Set<unknown>([
  ...["Field", "Current", "Identity", "Subexpression", "IndexExpression"],
  ...["Projection", "ValueProjection", "Flatten", "MultiSelectList"],
]);
const asking = new Set<unknown>(["AndExpression", "NotExpression", "Comparator", "Function", "Literal"]);

/** Returns the types of all nodes of an expression's tree. */
function typesIn(node: unknown, into = new Set<unknown>()): ReadonlySet<unknown> {
  if (typeof node !== "object" || node === null) return into;
  const { type } = node as { type?: unknown };
  if (type !== undefined) into.add(type);
  // The value of a literal can look like a node.
  if (type !== "Literal") for (const inner of Object.values(node)) typesIn(inner, into);
  return into;
}

const expressionOf = memoize((path: string): Expression => {
  const compiled = compileJmespath(path);
  const types = [...typesIn(compiled.tree)];
  const gathers = types.every((type) => gathering.has(type));
  return { compiled, gathers, asks: types.some((type) => asking.has(type)) };
});

/** Evaluates an expression. @throws notSeen if it reads an unknown value; ExpressionCostError */
function search({ compiled }: Expression, properties: Properties): unknown {
  try {
    return evaluate(compiled, properties);
  } catch (error) {
    if (error === notSeen || error instanceof ExpressionCostError || isMistake(error)) throw error;
    // An expression that does not fit the shape of this resource has no value.
    return null;
  }
}

function expressionFinder(path: string): Finder {
  const expression = expressionOf(path);
  return (properties) => {
    const guard = guardOf(properties);
    try {
      const value = search(expression, guard);
      // The result can contain unknown values that the expression did not read: this reads them.
      if (guard !== properties) holdsUnknown(value);
      return isEmpty(value) ? NOT_FOUND : { known: true, value };
    } catch (error) {
      if (error !== notSeen) throw error;
    }
    if (!expression.gathers) return UNDECIDED;
    const value = search(expression, withoutUnknown(properties) as Properties);
    return Array.isArray(value) && value.length > 0 ? { known: false, value } : UNDECIDED;
  };
}

/** Returns whether a JMESPath has a condition, such as `tags.env == 'prod' && tags.ci`. Its `false` is not a reference. */
export function isPredicate(path: string): boolean {
  return alternativesOf(path) === undefined && expressionOf(path).asks;
}

/** Returns the names of the properties that a JMESPath reads. */
export function partsRead(path: string, properties: Properties): ReadonlySet<string> {
  const read = new Set<string>();
  const watched = {};
  for (const [key, entry] of Object.entries(withoutUnknown(properties) as Properties)) {
    const get = (): unknown => {
      read.add(key);
      return entry;
    };
    Object.defineProperty(watched, key, { enumerable: true, get });
  }
  holdsUnknown(search(expressionOf(path), watched));
  return read;
}

const finderOf = memoize((path: string): Finder => {
  const alternatives = alternativesOf(path);
  return alternatives ? namesFinder(alternatives) : expressionFinder(path);
});

/**
 * Evaluates a JMESPath, which is compiled once. If it reads an unknown value, the result is unknown. A list that it only collects
 * then has its known elements; any other result has no value, because the update can change it.
 */
export function find(path: string, properties: Properties): Found {
  return finderOf(path)(properties);
}
