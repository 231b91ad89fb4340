import { Secret } from "@pulumi/policy";
import { besides, containers, isSpelling, pairOf } from "../rules/resource/convention.js";
import { alternativeOf, alternativesOf } from "../rules/resource/path.js";
import type { Kind } from "../../provider/model/records.js";

type Properties = Readonly<Record<string, unknown>>;

/** The place of a value in the properties of a resource. */
export type Path = readonly string[];

function isPlain(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

function at(properties: Properties, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isPlain(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    properties,
  );
}

/** Returns a copy with another value at the path, and keeps a secret wrapped. Undefined if the parent does not exist. */
export function withValue(properties: Properties, path: Path, value: unknown): Record<string, unknown> | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  const current = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (rest.length === 0) {
    return {
      ...properties,
      [key]: current instanceof Secret && !(value instanceof Secret) ? new Secret(value) : value,
    };
  }
  const inner = isPlain(current) ? withValue(current, rest, value) : undefined;
  return inner && { ...properties, [key]: inner };
}

/**
 * Returns the place of a JMESPath of names: the alternative with its value, else the first alternative whose parent exists.
 * @param plain the same properties with unwrapped secrets, as rules read them
 */
export function placeFor(properties: Properties, plain: Properties, path: string): Path | undefined {
  const alternatives = alternativesOf(path);
  if (!alternatives) return undefined;
  // A value at an earlier place would hide the existing value.
  return (
    alternativeOf(alternatives, plain) ?? alternatives.find((names) => isPlain(at(properties, names.slice(0, -1))))
  );
}

/** Adds a tag of another kind beside an existing tag, in the same spelling and shape. */
export function withTagBeside(
  properties: Properties,
  of: Kind,
  kind: Kind,
  value: string,
): Record<string, unknown> | undefined {
  for (const path of containers) {
    const container = at(properties, path);
    if (isPlain(container)) {
      const key = Object.keys(container).find((name) => isSpelling(of, name));
      if (key !== undefined) return withValue(properties, [...path, besides(key, kind)], value);
    } else if (Array.isArray(container)) {
      const list = appended(container as readonly unknown[], of, kind, value);
      if (list) return withValue(properties, path, list);
    }
  }
  return undefined;
}

function appended(list: readonly unknown[], of: Kind, kind: Kind, value: string): unknown[] | undefined {
  for (const entry of list) {
    const pair = entry instanceof Secret ? undefined : pairOf(entry);
    if (typeof pair?.key !== "string" || !isSpelling(of, pair.key)) continue;
    return [...list, pair.like(besides(pair.key, kind), value)];
  }
  return undefined;
}
