import { didYouMean, SimilarityIndex } from "../../platform/similar-strings.js";
import { distance } from "fastest-levenshtein";
import type { InventoryReader, Query } from "../../model/inventory-reader.js";
import { compileJmespath, fieldsNamed } from "../../model/expression/jmespath.js";
import { isNamedField, namedFields, type InventoryRecord, type Kind } from "../../model/records.js";
import { cacheByObject } from "../../platform/cache-by-object.js";
import { suggestValues } from "./value-suggestions.js";

/** Number of records that are checked first, because most fields are found in them. */
const SAMPLE_SIZE = 100;

/** Maximum depth of a suggested field. */
const MAX_PATH_DEPTH = 4;

/**
 * The part of a query that names a field. `where` reads the API's fields in `attributes`, the others also at the top level. In
 * `match`, a named field hides a field of the API's record.
 */
type FieldScope = "where" | "filter" | "match";

/**
 * Returns warnings for probable typos in a query: fields that no record of the kind has, values that no record has in a field, a
 * name, location, service point or account that does not exist. They are not errors, because the CMDB may have none today.
 * @param found number of records that the query finds
 * @param isSensitive whether records are secrets: hints then contain only texts of the query
 */
export function suggestFixes(
  reader: InventoryReader,
  kind: Kind,
  query: Query,
  found: number,
  isSensitive = false,
): string[] {
  const { where } = query;
  const named = where === undefined ? [] : fieldsNamed(compileJmespath(where));
  const near = (hint: string): string => (isSensitive ? "" : hint);
  const hints = named.map((path) => {
    const name = path.map(spelled).join(".");
    const hint = missingField(reader, kind, path, "where");
    const isQuoted = hint !== undefined && where?.includes(`"${path[0]}"`) === true;
    return hint === undefined
      ? undefined
      : `no ${kind} has ${name}, which where uses${near(hint)}${isQuoted ? quotes : ""}`;
  });
  if (found === 0) {
    for (const { name } of query.filters ?? []) {
      const hint = missingField(reader, kind, name.split("."), "filter");
      hints.push(hint === undefined ? undefined : `no ${kind} has ${name}, which a filter uses${near(hint)}`);
    }
    for (const place of ["location", "servicePoint", "account"] as const)
      hints.push(missingPlace(reader, place, query[`${place}Id`], near));
    hints.push(missingName(reader, kind, query.name, near));
  }
  hints.push(...suggestValues(reader, kind, query, found, !isSensitive));
  return [...new Set(hints.filter((hint) => hint !== undefined))];
}

const quotes = `; write texts in '…' and fields in "…"`;

/** Drops a suggestion if records are secrets. */
type Near = (hint: string) => string;

/** Checks only kinds that are loaded: a hint must not cause a fetch. */
function missingPlace(reader: InventoryReader, kind: Kind, id: string | undefined, near: Near): string | undefined {
  if (id === undefined || reader.info().counts[kind] === undefined || reader.get(kind, id)) return undefined;
  return `there is no ${kind} ${JSON.stringify(id)}${near(nearestText(reader, kind, id, "id"))}`;
}

function missingName(reader: InventoryReader, kind: Kind, name: string | undefined, near: Near): string | undefined {
  if (name === undefined || reader.list(kind, { name, limit: 1 }).length > 0) return undefined;
  return `no ${kind} has name ${JSON.stringify(name)}${near(nearestText(reader, kind, name, "name"))}`;
}

function nearestText(reader: InventoryReader, kind: Kind, text: string, by: "id" | "name"): string {
  const [near] = reader.nearest(kind, text, by, 1);
  return didYouMean(near && JSON.stringify(near));
}

/** Hints about fields. */
const hintOnce = cacheByObject<InventoryReader, string | undefined>();

/**
 * Returns a hint if no record of a kind has this field, with the most similar field; undefined if one has it. Cached.
 */
export function missingField(
  reader: InventoryReader,
  kind: Kind,
  path: readonly string[],
  naming: FieldScope,
): string | undefined {
  return hintOnce(reader, [kind, naming, path], () => {
    const without = sampleLacking(reader, kind, (record) => hasField(record, path, naming));
    return without && didYouMean(nearestField(path.join("."), without, naming));
  });
}

/**
 * Returns a hint if no record of a kind has a field of this name, neither a named one nor one at the top level of the API's record,
 * with the most similar field; undefined if one has it. Cached.
 */
export function missingTopField(reader: InventoryReader, kind: Kind, name: string): string | undefined {
  if (isNamedField(name)) return undefined;
  return hintOnce(reader, [kind, "top", name], () => {
    const without = sampleLacking(reader, kind, ({ attributes }) => Object.hasOwn(attributes, name));
    if (without === undefined) return undefined;
    const fields = [...new Set([...namedFields, ...without.flatMap(({ attributes }) => Object.keys(attributes))])];
    const top = name.replace(/^attributes\./, "").split(".")[0] ?? "";
    if (top !== name && fields.includes(top)) return ` at its top level; name the whole field: did you mean ${top}?`;
    return didYouMean(new SimilarityIndex(fields).nearest(top, 1)[0]);
  });
}

/**
 * Returns a sample of a kind's records if no record at all passes `has`; undefined if one does, or if the kind has no records.
 * @param fields the fields that `has` reads, so that only these are read of all records
 */
export function sampleLacking(
  reader: InventoryReader,
  kind: Kind,
  has: (record: InventoryRecord) => boolean,
  fields?: readonly string[],
): readonly InventoryRecord[] | undefined {
  const some = reader.list(kind, { limit: SAMPLE_SIZE });
  if (some.length === 0 || some.some(has)) return undefined;
  return some.length === SAMPLE_SIZE && reader.list(kind, { fields }).some(has) ? undefined : some;
}

function hasField(record: InventoryRecord, path: readonly string[], naming: FieldScope): boolean {
  const fits = (value: unknown, [name, ...rest]: readonly string[]): boolean => {
    if (value === undefined || value === null) return false;
    if (name === undefined) return true;
    if (Array.isArray(value)) return naming === "filter" ? value.some((entry) => fits(entry, [name, ...rest])) : true;
    return typeof value === "object" && Object.hasOwn(value, name) && fits((value as Properties)[name], rest);
  };
  return fits(record, path) || (naming === "filter" && fits(record.attributes, path));
}

type Properties = Readonly<Record<string, unknown>>;

/** Returns the field of these records that is most similar to a name. */
export function nearestField(
  wanted: string,
  records: readonly InventoryRecord[],
  naming: FieldScope = "filter",
): string | undefined {
  const prefix = naming === "where" ? "attributes." : "";
  const fields = new Set<string>();
  for (const { attributes, ...named } of records) {
    for (const field of fieldPaths(named)) fields.add(field);
    for (const field of fieldPaths(attributes)) {
      const isHidden = naming === "match" && Object.hasOwn(named, field.split(".")[0] ?? "");
      if (!isNamedField(field) || prefix !== "") fields.add(`${isHidden ? "attributes." : prefix}${field}`);
    }
  }
  const plain = (field: string): string => field.replace(/^attributes\./, "").toLowerCase();
  const [best] = [...fields]
    .map((field) => ({ field, far: distance(plain(wanted), plain(field)) }))
    .filter(({ field, far }) => far <= Math.max(2, Math.ceil(plain(field).length / 2)))
    .sort((a, b) => a.far - b.far || a.field.length - b.field.length || (a.field < b.field ? -1 : 1));
  return best?.field;
}

const spelled = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

/** Returns the JMESPath paths of all fields of a value. */
export function fieldPaths(value: object, depth = 1): string[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    if (entry === undefined || entry === null || entry === "") return [];
    if (typeof entry !== "object" || Array.isArray(entry) || depth >= MAX_PATH_DEPTH) return [spelled(key)];
    return fieldPaths(entry, depth + 1).map((rest) => `${spelled(key)}.${rest}`);
  });
}
