import { ExpressionCostError } from "../../provider/inventory/expression/cost-error.js";
import { evaluate, type Expression as Compiled } from "../../provider/inventory/expression/interpreter.js";
import { compileJmespath } from "../../provider/inventory/jmespath.js";
import { isMistake } from "./jmespath.js";
import { unknown } from "./types.js";

/** What a path gives on a resource's properties: `value` as far as it is known, all of it where `known`. */
export interface Found {
  readonly known: boolean;
  readonly value: unknown;
}

type Properties = Readonly<Record<string, unknown>>;
type Finder = (properties: Properties) => Found;

const nothing: Found = { known: true, value: undefined };
const undecided: Found = { known: false, value: undefined };

const name = String.raw`(?:[A-Za-z_]\w*|"[^"\\]+")`;
const chain = String.raw`${name}(?:\.${name})*`;
const simple = new RegExp(String.raw`^\s*${chain}(?:\s*\|\|\s*${chain})*\s*$`);

/** A path that is only names, as `tags."cmdb:location" || labels.site`: its alternatives; undefined for any other JMESPath. */
export function alternativesOf(path: string): readonly (readonly string[])[] | undefined {
  if (!simple.test(path)) return undefined;
  return path
    .split("||")
    .map((part) => (part.match(new RegExp(name, "g")) ?? []).map((text) => text.replace(/"/g, "")));
}

/** Is anything in this value unknown? */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) ? value.some(holdsUnknown) : Object.values(value).some(holdsUnknown);
}

/** JMESPath knows no symbols: what is unknown is left out, and `find` says where that decides. */
function withoutUnknown(value: unknown): unknown {
  if (value === unknown) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutUnknown(entry)]));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What `||` passes over. */
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
    if (value === unknown) return unknown;
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Properties)[key];
  }
  return value;
}

/** Which of the alternatives gives the value that {@link find} finds; undefined where none does, or where it is not known. */
export function alternativeOf(
  alternatives: readonly (readonly string[])[],
  properties: Properties,
): readonly string[] | undefined {
  const found = alternatives.find((names) => !isFalse(walk(names, properties)));
  if (found) return walk(found, properties) === unknown ? undefined : found;
  const last = alternatives.at(-1);
  return last && !isEmpty(walk(last, properties)) ? last : undefined;
}

function namesFinder(alternatives: readonly (readonly string[])[]): Finder {
  return (properties) => {
    let value: unknown;
    for (const names of alternatives) {
      value = walk(names, properties);
      // The first choice decides: while it is unknown, the second is none.
      if (value === unknown) return undecided;
      if (!isFalse(value)) break;
    }
    if (isEmpty(value)) return nothing;
    if (typeof value !== "object" || !holdsUnknown(value)) return { known: true, value };
    return { known: false, value: withoutUnknown(value) };
  };
}

/** What an expression meets where it looks at something unknown. */
const notSeen = new Error("a value that is not known was looked at");
const blind: PropertyDescriptor = {
  enumerable: true,
  get: () => {
    throw notSeen;
  },
};

/** A copy in which nobody can look at what is unknown; what is known as a whole is handed on as it is. */
function guarded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !holdsUnknown(value)) return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const [key, entry] of Object.entries(value)) {
    const seen = { value: guarded(entry), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(copy, key, entry === unknown ? blind : seen);
  }
  return copy;
}

const guards = new WeakMap<Properties, Properties>();

/** The same properties where nothing in them is unknown, as in most resources. */
function guardOf(properties: Properties): Properties {
  let guard = guards.get(properties);
  if (!guard) guards.set(properties, (guard = guarded(properties) as Properties));
  return guard;
}

interface Expression {
  readonly compiled: Compiled;
  /** It only gathers what is there: with less of it, it gives a part of the same. */
  readonly gathers: boolean;
  /** It asks something: what is false in it need be no value of the resource. */
  readonly asks: boolean;
}

const gathering = new Set<unknown>([
  ...["Field", "Current", "Identity", "Subexpression", "IndexExpression"],
  ...["Projection", "ValueProjection", "Flatten", "MultiSelectList"],
]);
const asking = new Set<unknown>(["AndExpression", "NotExpression", "Comparator", "Function", "Literal"]);

/** The types of all nodes of an expression's tree. */
function typesIn(node: unknown, into = new Set<unknown>()): ReadonlySet<unknown> {
  if (typeof node !== "object" || node === null) return into;
  const { type } = node as { type?: unknown };
  if (type !== undefined) into.add(type);
  // What a literal says is no node.
  if (type !== "Literal") for (const inner of Object.values(node)) typesIn(inner, into);
  return into;
}

const expressions = new Map<string, Expression>();

function expressionOf(path: string): Expression {
  let expression = expressions.get(path);
  if (!expression) {
    const compiled = compileJmespath(path);
    const types = [...typesIn(compiled.tree)];
    const gathers = types.every((type) => gathering.has(type));
    expressions.set(path, (expression = { compiled, gathers, asks: types.some((type) => asking.has(type)) }));
  }
  return expression;
}

/** @throws notSeen where it looks at what is unknown, and ExpressionCostError */
function search({ compiled }: Expression, properties: Properties): unknown {
  try {
    return evaluate(compiled, properties);
  } catch (error) {
    if (error === notSeen || error instanceof ExpressionCostError || isMistake(error)) throw error;
    // An expression that does not fit this resource's shape finds nothing in it.
    return null;
  }
}

function expressionFinder(path: string): Finder {
  const expression = expressionOf(path);
  return (properties) => {
    const guard = guardOf(properties);
    try {
      const value = search(expression, guard);
      // What it gives as a whole is looked at here.
      if (guard !== properties) holdsUnknown(value);
      return isEmpty(value) ? nothing : { known: true, value };
    } catch (error) {
      if (error !== notSeen) throw error;
    }
    if (!expression.gathers) return undecided;
    const value = search(expression, withoutUnknown(properties) as Properties);
    return Array.isArray(value) && value.length > 0 ? { known: false, value } : undecided;
  };
}

/** Does this JMESPath ask something, as `tags.env == 'prod' && tags.ci` does? Its `false` says no, and names nothing. */
export function asks(path: string): boolean {
  return alternativesOf(path) === undefined && expressionOf(path).asks;
}

/** Which of the properties a JMESPath looks at to give what it gives. */
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

const finders = new Map<string, Finder>();

/**
 * Looks a JMESPath up; it is compiled once. Where it has to look at anything unknown, the answer is not known: of a list
 * that it only gathers it holds what is seen, and of anything else nothing, as the update may bring any other.
 */
export function find(path: string, properties: Properties): Found {
  let finder = finders.get(path);
  if (!finder) {
    const alternatives = alternativesOf(path);
    finder = alternatives ? namesFinder(alternatives) : expressionFinder(path);
    finders.set(path, finder);
  }
  return finder(properties);
}
