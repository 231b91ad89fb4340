import { distance } from "fastest-levenshtein";
import type { InventoryReader, Query } from "./inventory.js";
import { compileJmespath, fieldsNamed } from "./jmespath.js";
import { NearestTexts } from "./nearest.js";
import { isNamedField, namedFields, type InventoryRecord, type Kind } from "./records.js";
import { valueHints } from "./value-hints.js";

/** So many records are looked at first: what one of them has is found at once. */
const first = 100;

/** The deepest field that is proposed. */
const deepest = 4;

/**
 * Who names a field. For `where` records have the fields they came with in `attributes`, for the others at their top too; for
 * `match` a named field hides one of the record as it came.
 */
type Naming = "where" | "filter" | "match";

/**
 * Returns warnings for probable typos in a query: fields that no record of the kind has, values that no record has in a field, a
 * name, location, service point or account that does not exist. They are not errors, because the CMDB may have none today.
 * @param found number of records that the query finds
 * @param isSensitive whether records are secrets: hints then name nothing that the query does not name itself
 */
export function hintsFor(
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
      : `no ${kind} has ${name}, which where names${near(hint)}${isQuoted ? quotes : ""}`;
  });
  if (found === 0) {
    for (const { name } of query.filters ?? []) {
      const hint = missingField(reader, kind, name.split("."), "filter");
      hints.push(hint === undefined ? undefined : `no ${kind} has ${name}, which a filter names${near(hint)}`);
    }
    for (const place of ["location", "servicePoint", "account"] as const)
      hints.push(missingPlace(reader, place, query[`${place}Id`], near));
    hints.push(missingName(reader, kind, query.name, near));
  }
  hints.push(...valueHints(reader, kind, query, found, !isSensitive));
  return [...new Set(hints.filter((hint) => hint !== undefined))];
}

const quotes = `; a text stands in '…', a field in "…"`;

/** Drops a suggestion where records are secrets. */
type Near = (hint: string) => string;

/** Only where the kind is at hand: nothing is fetched for a hint. */
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

/** What is known of the fields of an inventory: it does not change while it is read. */
const known = new WeakMap<InventoryReader, Map<string, string | undefined>>();

/**
 * Whether no record of a kind has this field, in words that may name the nearest; undefined where one has. It is found out
 * once.
 */
export function missingField(
  reader: InventoryReader,
  kind: Kind,
  path: readonly string[],
  naming: Naming,
): string | undefined {
  return foundOnce(reader, JSON.stringify([kind, naming, path]), () => {
    const without = recordsWithout(reader, kind, (record) => isThere(record, path, naming));
    return without && didYouMean(nearestField(path.join("."), without, naming));
  });
}

function foundOnce(reader: InventoryReader, key: string, find: () => string | undefined): string | undefined {
  let hints = known.get(reader);
  if (!hints) known.set(reader, (hints = new Map()));
  if (!hints.has(key)) hints.set(key, find());
  return hints.get(key);
}

/**
 * Whether no record of a kind has a field of this name, neither a named one nor one at the top of the record as it came, in words
 * that may name the one that was meant; undefined where one has. It is found out once.
 */
export function missingTopField(reader: InventoryReader, kind: Kind, name: string): string | undefined {
  if (isNamedField(name)) return undefined;
  return foundOnce(reader, JSON.stringify([kind, "top", name]), () => {
    const without = recordsWithout(reader, kind, ({ attributes }) => Object.hasOwn(attributes, name));
    if (without === undefined) return undefined;
    const fields = [...new Set([...namedFields, ...without.flatMap(({ attributes }) => Object.keys(attributes))])];
    const top = name.replace(/^attributes\./, "").split(".")[0] ?? "";
    if (top !== name && fields.includes(top))
      return ` at its top, and what is inside a field is not told apart; did you mean ${top}?`;
    return didYouMean(new NearestTexts(fields).nearest(top, 1)[0]);
  });
}

/** @param near how it may have been meant */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/**
 * Some of a kind's records, where none of all has what is looked for; undefined where one has, or there is none.
 * @param fields what `has` looks at: no more is read of all records
 */
export function recordsWithout(
  reader: InventoryReader,
  kind: Kind,
  has: (record: InventoryRecord) => boolean,
  fields?: readonly string[],
): readonly InventoryRecord[] | undefined {
  const some = reader.list(kind, { limit: first });
  if (some.length === 0 || some.some(has)) return undefined;
  return some.length === first && reader.list(kind, { fields }).some(has) ? undefined : some;
}

function isThere(record: InventoryRecord, path: readonly string[], naming: Naming): boolean {
  const fits = (value: unknown, [name, ...rest]: readonly string[]): boolean => {
    if (value === undefined || value === null) return false;
    if (name === undefined) return true;
    if (Array.isArray(value)) return naming === "filter" ? value.some((entry) => fits(entry, [name, ...rest])) : true;
    return typeof value === "object" && Object.hasOwn(value, name) && fits((value as Properties)[name], rest);
  };
  return fits(record, path) || (naming === "filter" && fits(record.attributes, path));
}

type Properties = Readonly<Record<string, unknown>>;

/** The field that is spelled most like another, of those that these records have. */
export function nearestField(
  wanted: string,
  records: readonly InventoryRecord[],
  naming: Naming = "filter",
): string | undefined {
  const prefix = naming === "where" ? "attributes." : "";
  const fields = new Set<string>();
  for (const { attributes, ...named } of records) {
    for (const field of fieldsOf(named)) fields.add(field);
    for (const field of fieldsOf(attributes)) {
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

/** The paths of all that is said, as JMESPath writes them. */
function fieldsOf(value: object, depth = 1): string[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    if (entry === undefined || entry === null || entry === "") return [];
    if (typeof entry !== "object" || Array.isArray(entry) || depth >= deepest) return [spelled(key)];
    return fieldsOf(entry, depth + 1).map((rest) => `${spelled(key)}.${rest}`);
  });
}
