import { parseExactly } from "../../../provider/platform/exact-json.js";
import type { InventoryRecord, Kind } from "../../../provider/model/records.js";
import { canonical } from "../../../provider/platform/unicode.js";
import { findByConvention, findInProvider } from "../resource/convention.js";
import { withPlaces } from "../file/expression-places.js";
import { keyOf, pathOf } from "../file/reference-key.js";
import { resolveKeys } from "./key-references.js";
import { unavailable, type Lookup } from "./lookup.js";
import { invalidIdsIn, textsOf } from "./reference-values.js";
import { isPredicate, find, type Found } from "../resource/path.js";
import { trackedReferences, type Reference, type RulesFile } from "../file/rules-file.js";
import { isSecret, isSecretAt } from "./show.js";
import type { FoundReference, ResolvedResource } from "./types.js";
import type { Resource } from "../resource/resource.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";
import { kebabCase } from "../../../provider/platform/case.js";

const governing = new WeakMap<RulesFile, Map<string, readonly Reference[]>>();

/** Returns the entries that apply to a type, cached by type. `*` alone does not apply to components. */
export function entriesFor(type: string, component: boolean, rules: RulesFile): readonly Reference[] {
  let byType = governing.get(rules);
  if (!byType) governing.set(rules, (byType = new Map()));
  const key = component ? `component ${type}` : type;
  let entries = byType.get(key);
  if (!entries) {
    const governs = (pattern: string): boolean =>
      matchesWildcard(pattern, type) && !(component && /^\*+$/.test(pattern));
    entries = [...rules.references, ...trackedReferences].filter((entry) => entry.types.some(governs));
    byType.set(key, entries);
  }
  return entries;
}

/** Returns whether a type is evaluated. Stacks and providers are not. */
export function canHaveRecord(type: string): boolean {
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");
}

/** Returns the value by which an entry names records: the result of its JMESPath, or of the tags by convention. */
export function findIds(entry: Reference, resource: Resource): Found {
  const path = pathOf(entry);
  if (path !== undefined) return named(path, find(path, resource.properties));
  const found = findByConvention(entry.kind, resource.type, resource.properties);
  if (!entry.required || !found.known || found.value !== undefined) return found;
  return { known: true, value: findInProvider(entry.kind, resource.provider) };
}

/** Returns the value of an entry's path. The `false` of a condition is not a reference. */
function named(path: string, found: Found): Found {
  const { known, value } = found;
  if (value !== false && !(Array.isArray(value) && value.includes(false))) return found;
  if (!isPredicate(path)) return found;
  return { known, value: value === false ? undefined : (value as unknown[]).filter((entry) => entry !== false) };
}

/** Splits a text with several ids. A text without an id, such as `,` or `[]`, is invalid and not a missing reference. */
function severalIn(text: string): { texts: string[]; invalidIds: unknown[] } {
  const { texts, invalidIds } = partsOf(text);
  return { texts, invalidIds: texts.length === 0 && invalidIds.length === 0 ? [text] : invalidIds };
}

/** Splits a JSON list, or a text at spaces, commas and semicolons. */
function partsOf(text: string): { texts: string[]; invalidIds: unknown[] } {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) {
    try {
      const value = parseExactly(trimmed);
      return { texts: textsOf(value), invalidIds: invalidIdsIn(value) };
    } catch {
      // Not JSON: the bracket is part of the id.
    }
  }
  return { texts: trimmed.split(/[,;\s]+/).filter((part) => part !== ""), invalidIds: [] };
}

/** Returns whether the cloud requires lower-case labels. Only Google Cloud does. */
export function lowersLabels(type: string): boolean {
  return type.startsWith("gcp:") || type.startsWith("google_") || type.startsWith("google-native:");
}

interface Resolved {
  readonly ids: Map<string, InventoryRecord | undefined>;
  readonly ambiguous: { text: string; ids: readonly string[] }[];
  readonly invalidIds: unknown[];
}

/** Resolves a text as an id, as a label of an id, or as several ids, in this order, because an id can contain any character. */
function resolve(kind: Kind, text: string, lowered: boolean, lookup: Lookup, into: Resolved): void {
  const record = lookup.record(kind, text);
  if (record) {
    into.ids.set(record.id, record);
    return;
  }
  const labelled = lowered ? lookup.labelled(kind, text) : [];
  const [only] = labelled;
  if (only !== undefined) {
    if (labelled.length === 1) into.ids.set(only, lookup.record(kind, only));
    else into.ambiguous.push({ text, ids: labelled });
    return;
  }
  const { texts: parts, invalidIds } = severalIn(text);
  into.invalidIds.push(...invalidIds);
  if (parts.length === 1 && parts[0] === text) into.ids.set(canonical(text), undefined);
  else for (const part of parts) resolve(kind, part, lowered, lookup, into);
}

const NO_IDS: never[] = [];

/** Returns a reference whose records all exist, the common case. All references have the same shape, for speed. */
function found(
  entry: Reference,
  ids: string[],
  records: InventoryRecord[],
  undecided: boolean,
  secret = false,
): FoundReference {
  return {
    entry,
    kind: entry.kind,
    ids,
    records,
    missing: NO_IDS,
    unmatched: NO_IDS,
    invalidIds: NO_IDS,
    ambiguous: NO_IDS,
    undecided,
    secret,
    unavailable: undefined,
  };
}

const unnamedResource = new WeakMap<Reference, readonly [decided: FoundReference, undecided: FoundReference]>();

/** Returns the empty reference of an entry, shared by all resources. */
function nothingBy(entry: Reference, undecided: boolean): FoundReference {
  let both = unnamedResource.get(entry);
  if (!both)
    unnamedResource.set(entry, (both = [found(entry, NO_IDS, NO_IDS, false), found(entry, NO_IDS, NO_IDS, true)]));
  return both[undecided ? 1 : 0];
}

function resolveReference(entry: Reference, resource: Resource, lookup: Lookup): FoundReference {
  const { kind } = entry;
  const { known, value } = findIds(entry, resource);
  if (value === undefined) return nothingBy(entry, !known);
  // Decided before the value is split into ids.
  const path = pathOf(entry);
  const secret = path === undefined ? isSecret(value, resource) : isSecretAt(path, value, resource);
  const key = keyOf(entry);
  try {
    if (key) return { ...found(entry, NO_IDS, NO_IDS, !known, secret), ...resolveKeys(kind, key, value, lookup) };
    const record = typeof value === "string" ? lookup.record(kind, value) : undefined;
    if (record) return found(entry, [record.id], [record], !known, secret);
    return {
      ...found(entry, NO_IDS, NO_IDS, !known, secret),
      ...resolveAll(kind, value, lowersLabels(resource.type), lookup),
    };
  } catch (error) {
    const texts = [...new Set(textsOf(value).map(canonical))];
    return {
      ...found(entry, key ? NO_IDS : texts, NO_IDS, !known, secret),
      ...(key ? { unmatched: texts.map((text) => ({ text })) } : {}),
      unavailable: unavailable(error),
    };
  }
}

function resolveAll(kind: Kind, value: unknown, lowered: boolean, lookup: Lookup) {
  const into: Resolved = { ids: new Map(), ambiguous: [], invalidIds: invalidIdsIn(value) };
  for (const text of new Set(textsOf(value))) resolve(kind, text, lowered, lookup, into);
  const ids = [...into.ids.keys()];
  const records = [...into.ids.values()].filter((record) => record !== undefined);
  const missing = ids.filter((id) => into.ids.get(id) === undefined);
  return { ids, records, missing, ambiguous: into.ambiguous, invalidIds: into.invalidIds };
}

/**
 * Returns a resource with the records that it refers to.
 * @param partial whether the properties of a resource without properties can be omitted ones
 */
export function resolveReferences(
  resource: Resource,
  rules: RulesFile,
  lookup: Lookup,
  partial = false,
): ResolvedResource {
  const entries = canHaveRecord(resource.type) ? entriesFor(resource.type, resource.component === true, rules) : [];
  const propertiesOmitted = partial && entries.length > 0 && Object.keys(resource.properties).length === 0;
  const references = withPlaces(rules, () => entries.map((entry) => resolveReference(entry, resource, lookup)));
  return { resource, references, propertiesOmitted };
}

/** Returns whether a reference has no value. An unknown value counts as a value, and so does an invalid one. */
export function isUnset({ ids, ambiguous, unmatched = [], invalidIds = [], undecided }: FoundReference): boolean {
  return !undecided && [ids, ambiguous, unmatched, invalidIds].every(({ length }) => length === 0);
}

/** Describes the place of a reference. */
export function placeOf(entry: Reference): string {
  return pathOf(entry) ?? `tag cmdb:${kebabCase(entry.kind)}`;
}
