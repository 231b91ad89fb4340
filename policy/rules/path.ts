import { compile, TreeInterpreter } from "@jmespath-community/jmespath";
import { unknown } from "./types.js";

/** What a path gives on a resource's properties: a value, nothing, or what only the update can tell. */
export type Found = { readonly known: true; readonly value: unknown } | { readonly known: false };

const compiled = new Map<string, { expression: ReturnType<typeof compile>; names: ReadonlySet<string> }>();

function prepare(path: string): { expression: ReturnType<typeof compile>; names: ReadonlySet<string> } {
  let entry = compiled.get(path);
  if (!entry) {
    entry = { expression: compile(path), names: new Set(path.match(/[A-Za-z_][\w:-]*/g) ?? []) };
    compiled.set(path, entry);
  }
  return entry;
}

function holdsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsUnknown);
}

/** JMESPath knows no symbols: what is unknown is left out, and `find` says where that decides. */
function withoutUnknown(value: unknown): unknown {
  if (value === unknown) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutUnknown(entry)]));
}

/**
 * Looks a JMESPath up. Where it gives nothing and a property that it names is unknown (in part), the answer is unknown
 * too: that may hold more than is seen, but it never reports as missing what the update will bring.
 */
export function find(path: string, properties: Readonly<Record<string, unknown>>): Found {
  const { expression, names } = prepare(path);
  const relevant = Object.entries(properties).filter(([name]) => names.has(name));
  const undecided = relevant.some(([, value]) => holdsUnknown(value));
  const seen = undecided
    ? Object.fromEntries(relevant.map(([name, value]) => [name, withoutUnknown(value)]))
    : properties;
  let value: unknown;
  try {
    value = TreeInterpreter.search(expression, seen as never) as unknown;
  } catch {
    // An expression that does not fit this resource's shape finds nothing in it.
    value = null;
  }
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  if (undecided && (empty || Array.isArray(value))) return { known: false };
  return { known: true, value: empty ? undefined : value };
}
