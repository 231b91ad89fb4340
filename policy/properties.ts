import { Secret } from "@pulumi/policy";
import { besides, containers, isSpelling, pairOf } from "./rules/convention.js";
import { alternativeOf, alternativesOf } from "./rules/path.js";
import type { Kind } from "../provider/inventory/records.js";

type Properties = Readonly<Record<string, unknown>>;

/** A place in a resource's properties. */
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

/** A copy with another value at the path; a secret stays one. Undefined where there is nothing to put it into. */
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
 * Where a JMESPath that is only names points to: where its value comes from, else the first place that the resource has,
 * as its parent is there.
 * @param plain the same properties without secrets' wrapping, as rules look at them
 */
export function placeFor(properties: Properties, plain: Properties, path: string): Path | undefined {
  const alternatives = alternativesOf(path);
  if (!alternatives) return undefined;
  // Set before it, another would only hide it.
  return (
    alternativeOf(alternatives, plain) ?? alternatives.find((names) => isPlain(at(properties, names.slice(0, -1))))
  );
}

/** Puts a tag of another kind beside the tag that names a record, spelled and shaped as that one is. */
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
