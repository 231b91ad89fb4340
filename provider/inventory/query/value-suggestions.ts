import { distance } from "fastest-levenshtein";
import { isPersonal } from "../../model/vendor-fields.js";
import { comparedTexts } from "./compared.js";
import { filterTexts, filterValue } from "./filter.js";
import type { Filter, InventoryReader, Query } from "../../model/inventory-reader.js";
import { cacheByObject } from "../../platform/cache-by-object.js";
import { SimilarityIndex } from "../../platform/similar-strings.js";
import { isNamedField, type Kind } from "../../model/records.js";
import { canonical } from "../../platform/unicode.js";

/** Maximum number of values that a hint lists. */
const MAX_LISTED = 6;

/** Values that a query compares with one field. */
interface Comparison extends Filter {
  /** The words that describe the position of the comparison. */
  readonly by: string;
  accepts(value: string): (text: string) => boolean;
}

/**
 * Returns a hint for each comparison whose value no record of the kind has, with values of records: the most similar first, then the
 * most frequent.
 * @param found number of records that the query finds
 * @param mayShow whether hints list values of records
 */
export function suggestValues(
  reader: InventoryReader,
  kind: Kind,
  query: Query,
  found: number,
  mayShow: boolean,
): string[] {
  return comparisonsOf(query).flatMap(({ name, values, by, accepts }) => {
    if (values.length === 0) return [`the filter of ${name} has no values, so it matches no ${kind}`];
    // If the query finds records, the only value of a filter exists.
    if (found > 0 && values.length === 1) return [];
    const counts = countsOf(reader, kind, name);
    const texts = [...counts.keys()];
    const missing = values.filter((value) => !texts.some(accepts(value)));
    // Without any value the field itself is missing, which is another hint.
    if (missing.length === 0 || texts.length === 0) return [];
    const isHidden = !mayShow || name.split(".").some(isPersonal);
    return [
      `no ${kind} has ${name} ${listOf(missing.map(quote), " or ")}${by}${isHidden ? "" : knownValues(counts, missing)}`,
    ];
  });
}

function comparisonsOf({ filters = [], where }: Query): Comparison[] {
  const compared = where === undefined ? [] : comparedTexts(where);
  return [
    ...filters.map((filter) => ({ ...filter, by: "", accepts: (value: string) => filterValue(filter.name, value) })),
    ...compared.map(({ name, text }) => ({
      name,
      values: [text],
      by: ", with which where compares it",
      accepts: (value: string) => (held: string) => canonical(held) === canonical(value),
    })),
  ];
}

const countOnce = cacheByObject<InventoryReader, ReadonlyMap<string, number>>();

/** Returns the texts of a field with the number of records for each. */
function countsOf(reader: InventoryReader, kind: Kind, name: string): ReadonlyMap<string, number> {
  return countOnce(reader, [kind, name], () => {
    const textsIn = filterTexts(name);
    const counts = new Map<string, number>();
    for (const record of reader.list(kind, { fields: [fieldToRead(name)] }))
      for (const text of new Set(textsIn(record))) counts.set(text, (counts.get(text) ?? 0) + 1);
    return counts;
  });
}

/** Returns the field to read for a filter of this name, with everything inside it. */
export function fieldToRead(name: string): string {
  if (name === "id" || isNamedField(name)) return name;
  const [top, next] = name.split(".");
  return `attributes.${top === "attributes" ? (next ?? "") : top}`;
}

function knownValues(counts: ReadonlyMap<string, number>, missing: readonly string[]): string {
  const nearest = new SimilarityIndex([...counts.keys()]);
  const near = missing.flatMap((value) => {
    const text = value.replaceAll("*", "");
    return nearest.nearest(text, 2).filter((candidate) => isSimilar(text, candidate));
  });
  const frequent = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MAX_LISTED);
  const values = [...new Set([...near, ...frequent.map(([text]) => text)])].slice(0, MAX_LISTED).map(plain);
  return `; values are ${values.join(", ")}${counts.size > values.length ? `, … (${counts.size} in all)` : ""}`;
}

/** Returns whether at most half of the characters differ, regardless of case. Any two two-letter codes are similar. */
function isSimilar(one: string, other: string): boolean {
  return distance(one.toLowerCase(), other.toLowerCase()) <= Math.max(one.length, other.length) / 2;
}

const quote = (text: string): string => JSON.stringify(text);

/** A value of one word needs no quotes. */
const plain = (text: string): string => (/^[\p{L}\p{N}_./-]+$/u.test(text) ? text : quote(text));

/** Returns a list in words, truncated if it is long. */
function listOf(texts: readonly string[], separator: string): string {
  const shown = texts.slice(0, MAX_LISTED).join(separator);
  return texts.length > MAX_LISTED ? `${shown} or ${texts.length - MAX_LISTED} others` : shown;
}
