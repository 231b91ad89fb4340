import { parseExactly } from "../../provider/inventory/exact-json.js";
import type { InventoryRecord, Kind } from "../../provider/inventory/records.js";
import { canonical } from "../../provider/inventory/unicode.js";
import { findByConvention, findInProvider } from "./convention.js";
import { withPlaces } from "./expression-places.js";
import { unavailable, type Lookup } from "./lookup.js";
import { asks, find, type Found } from "./path.js";
import { trackedReferences, type Reference, type RulesFile } from "./rules-file.js";
import { isSecret, isSecretAt } from "./show.js";
import type { FoundReference, Referring, Resource } from "./types.js";
import { fits } from "./wildcard.js";

const governing = new WeakMap<RulesFile, Map<string, readonly Reference[]>>();

/** The entries that govern a type, found once a type; a lone `*` means resources, and no components. */
export function entriesFor(type: string, component: boolean, rules: RulesFile): readonly Reference[] {
  let byType = governing.get(rules);
  if (!byType) governing.set(rules, (byType = new Map()));
  const key = component ? `component ${type}` : type;
  let entries = byType.get(key);
  if (!entries) {
    const governs = (pattern: string): boolean => fits(pattern, type) && !(component && /^\*+$/.test(pattern));
    entries = [...rules.references, ...trackedReferences].filter((entry) => entry.types.some(governs));
    byType.set(key, entries);
  }
  return entries;
}

/** Stacks and providers are Pulumi's own: no record stands for one. */
export function isJudged(type: string): boolean {
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");
}

function findIds(entry: Reference, resource: Resource): Found {
  if (entry.id !== undefined) return named(entry.id, find(entry.id, resource.properties));
  const found = findByConvention(entry.kind, resource.type, resource.properties);
  if (!entry.required || !found.known || found.value !== undefined) return found;
  return { known: true, value: findInProvider(entry.kind, resource.provider) };
}

/** What a rule's own path names: the "no" of one that asks is no name. */
function named(path: string, found: Found): Found {
  const { known, value } = found;
  if (value !== false && !(Array.isArray(value) && value.includes(false))) return found;
  if (!asks(path)) return found;
  return { known, value: value === false ? undefined : (value as unknown[]).filter((entry) => entry !== false) };
}

/** The texts of a value: itself, or the entries of a list. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === "number") return [String(value)];
  return typeof value === "string" && value.trim() !== "" ? [value] : [];
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object") return value === null || Object.keys(value).length === 0;
  return value === undefined || typeof value === "symbol" || typeof value === "string";
}

/** What can be no id, in a value or its list: it must not pass as if nothing were named. */
function strangeIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(strangeIn);
  return typeof value === "number" || isEmpty(value) ? [] : [value];
}

/** Several ids in one text; one that is there and names nothing, as `,` or `[]`, must not pass as if it were not. */
function severalIn(text: string): { texts: string[]; strange: unknown[] } {
  const { texts, strange } = partsOf(text);
  return { texts, strange: texts.length === 0 && strange.length === 0 ? [text] : strange };
}

/** As JSON, or between spaces, commas or semicolons. */
function partsOf(text: string): { texts: string[]; strange: unknown[] } {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) {
    try {
      const value = parseExactly(trimmed);
      return { texts: textsOf(value), strange: strangeIn(value) };
    } catch {
      // No JSON, then: the bracket is part of it.
    }
  }
  return { texts: trimmed.split(/[,;\s]+/).filter((part) => part !== ""), strange: [] };
}

/** Only Google Cloud makes a value lower-case before it may be a label. */
export function lowersLabels(type: string): boolean {
  return type.startsWith("gcp:") || type.startsWith("google_") || type.startsWith("google-native:");
}

interface Resolved {
  readonly ids: Map<string, InventoryRecord | undefined>;
  readonly ambiguous: { text: string; ids: readonly string[] }[];
  readonly strange: unknown[];
}

/** A text is an id, or a label that stands for one, or several ids in one text: in this order, as an id may hold anything. */
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
  const { texts: parts, strange } = severalIn(text);
  into.strange.push(...strange);
  if (parts.length === 1 && parts[0] === text) into.ids.set(canonical(text), undefined);
  else for (const part of parts) resolve(kind, part, lowered, lookup, into);
}

const none: never[] = [];

/** What is named by an entry and all there: as nearly always. All references have one shape, which is what makes them quick. */
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
    missing: none,
    strange: none,
    ambiguous: none,
    undecided,
    secret,
    unavailable: undefined,
  };
}

const unnamed = new WeakMap<Reference, readonly [decided: FoundReference, undecided: FoundReference]>();

/** An entry by which nothing is named, the same for all resources. */
function nothingBy(entry: Reference, undecided: boolean): FoundReference {
  let both = unnamed.get(entry);
  if (!both) unnamed.set(entry, (both = [found(entry, none, none, false), found(entry, none, none, true)]));
  return both[undecided ? 1 : 0];
}

function look(entry: Reference, resource: Resource, lookup: Lookup): FoundReference {
  const { kind } = entry;
  const { known, value } = findIds(entry, resource);
  if (value === undefined) return nothingBy(entry, !known);
  // Told here, where the value is still whole: ids are cut out of it.
  const secret = entry.id === undefined ? isSecret(value, resource) : isSecretAt(entry.id, value, resource);
  try {
    const record = typeof value === "string" ? lookup.record(kind, value) : undefined;
    if (record) return found(entry, [record.id], [record], !known, secret);
    return {
      ...found(entry, none, none, !known, secret),
      ...resolveAll(kind, value, lowersLabels(resource.type), lookup),
    };
  } catch (error) {
    return {
      ...found(entry, [...new Set(textsOf(value).map(canonical))], none, !known, secret),
      unavailable: unavailable(error),
    };
  }
}

function resolveAll(kind: Kind, value: unknown, lowered: boolean, lookup: Lookup) {
  const into: Resolved = { ids: new Map(), ambiguous: [], strange: strangeIn(value) };
  for (const text of new Set(textsOf(value))) resolve(kind, text, lowered, lookup, into);
  const ids = [...into.ids.keys()];
  const records = [...into.ids.values()].filter((record) => record !== undefined);
  const missing = ids.filter((id) => into.ids.get(id) === undefined);
  return { ids, records, missing, ambiguous: into.ambiguous, strange: into.strange };
}

/**
 * A resource with the records that it refers to.
 * @param partial whether a resource without properties may be one of which nothing is known
 */
export function refer(resource: Resource, rules: RulesFile, lookup: Lookup, partial = false): Referring {
  const entries = isJudged(resource.type) ? entriesFor(resource.type, resource.component === true, rules) : [];
  const withheld = partial && entries.length > 0 && Object.keys(resource.properties).length === 0;
  const references = withPlaces(rules, () => entries.map((entry) => look(entry, resource, lookup)));
  return { resource, references, withheld };
}

/** Where a reference is looked for, in words. */
export function placeOf(entry: Reference): string {
  return entry.id ?? `tag cmdb:${entry.kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
