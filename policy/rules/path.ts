import { compile, TreeInterpreter } from "@jmespath-community/jmespath";
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

const unknownParts = new WeakMap<Properties, ReadonlySet<string>>();

/** The properties that hold something unknown; most resources have none. */
function partsUnknown(properties: Properties): ReadonlySet<string> {
  let parts = unknownParts.get(properties);
  if (!parts) {
    parts = new Set(Object.keys(properties).filter((key) => holdsUnknown(properties[key])));
    unknownParts.set(properties, parts);
  }
  return parts;
}

function expressionFinder(path: string): Finder {
  const expression = compile(path);
  const mentioned = new Set(path.match(/[A-Za-z_][\w:-]*/g) ?? []);
  const search = (properties: Properties): unknown => {
    try {
      return TreeInterpreter.search(expression, properties as never) as unknown;
    } catch (error) {
      if (isMistake(error)) throw error;
      // An expression that does not fit this resource's shape finds nothing in it.
      return null;
    }
  };
  return (properties) => {
    const parts = partsUnknown(properties);
    const hidden = parts.size === 0 ? [] : [...parts].filter((key) => mentioned.has(key));
    if (hidden.some((key) => properties[key] === unknown)) return undecided;
    const value = search(parts.size === 0 ? properties : (withoutUnknown(properties) as Properties));
    const empty = isEmpty(value);
    return { known: hidden.length === 0 || !(empty || Array.isArray(value)), value: empty ? undefined : value };
  };
}

const finders = new Map<string, Finder>();

/**
 * Looks a JMESPath up; it is compiled once. Where a property that it names is unknown as a whole, or where it gives
 * nothing or a list and something in those properties is unknown, the answer is not known: it may hold more than is
 * seen, but it never reports as missing what the update will bring.
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
