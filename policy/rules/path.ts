import { compile, TreeInterpreter } from "@jmespath-community/jmespath";
import { unknown } from "./types.js";

/** What a path gives on a resource's properties: `value` as far as it is known, all of it where `known`. */
export interface Found {
  readonly known: boolean;
  readonly value: unknown;
}

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
 * Looks a JMESPath up. Where a property that it names is unknown as a whole, or where it gives nothing or a list and
 * something in those properties is unknown, the answer is not known: it may hold more than is seen, but it never
 * reports as missing what the update will bring.
 */
export function find(path: string, properties: Readonly<Record<string, unknown>>): Found {
  const { expression, names } = prepare(path);
  const relevant = Object.entries(properties).filter(([name]) => names.has(name));
  const unknownPart = relevant.some(([, value]) => holdsUnknown(value));
  const unknownWhole = relevant.some(([, value]) => value === unknown);
  const seen = unknownPart
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
  if (unknownWhole) return { known: false, value: undefined };
  return { known: !(unknownPart && (empty || Array.isArray(value))), value: empty ? undefined : value };
}
