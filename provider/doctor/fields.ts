import { isFieldName } from "../api/recording/identifiers.js";
import { defaultFieldMap, fieldReader, type Field, type FieldMap } from "../model/field-map.js";
import type { Attributes, Kind } from "../model/records.js";
import type { FieldShare } from "./report.js";

/** Names of a field, or on the path to it. */
const LIKELY_PATHS: Readonly<Record<Field, RegExp>> = {
  name: /(^|\.)\w*(name|label|title)$/i,
  type: /(^|\.)(\w*type|category|class|offer\.name)$/i,
  category: /(^|\.)(\w*category|class)$/i,
  status: /(^|\.)(\w*status|state|lifecycle\w*)$/i,
  reference: /(^|\.)(reference|code)$/i,
  customerReference: /(^|\.)(customer|client)_?reference$/i,
  offer: /(^|\.)(offer|product|service)(\.|_)?name$/i,
  manufacturer: /(^|\.)(manufacturer|vendor|brand|make)$/i,
  model: /(^|\.)(\w*model)$/i,
  serialNumber: /(^|\.)(\w*serial\w*)$/i,
  ipAddress: /(^|\.)(ip_?(v4)?(_?address)?|\w*ip|ip_?address\w*)$/i,
  role: /(^|\.)(\w*role)$/i,
  bandwidth: /(^|\.)(\w*bandwidth|speed|throughput)$/i,
  address: /(^|\.)(postal|street|full|formatted|site)?_?address$/i,
  country: /country(code)?$/i,
  customer: /(customer|account|client)\w*(\.|_)?name$/i,
  locationId: /(location|site|place|premises)\w*?[._]?id$/i,
  servicePointId: /service\w*?[._]?id$/i,
  accountId: /(account|customer|client)\w*?[._]?id$/i,
  createdAt: /(^|\.)(created|creation)_?(at|on|date|time)?$/i,
  updatedAt: /(^|\.)(updated|modified|last_?(change|update|modification)\w*)_?(at|on|date|time)?$/i,
};

/** Returns the dotted names in a JMESPath expression: `category[0]` contains `category`. */
export function dottedNames(path: string): string[] {
  return path.match(/[A-Za-z_]\w*(\.[A-Za-z_]\w*)*/g) ?? [];
}

/**
 * Returns whether a kind can have a field: a record of the kind has it, the contract has one of its paths, or the user has set
 * the paths. The paths of the default map include guesses for other services.
 * @param described the fields of the kind in the contract
 */
export function isExpected({ kind, field, found }: FieldShare, map: FieldMap, described: readonly string[]): boolean {
  const paths = map[kind][field] ?? [];
  const isOwn = paths !== defaultFieldMap[kind][field];
  return found > 0 || isOwn || paths.flatMap(dottedNames).some((path) => described.includes(path));
}

/** Counts the records that have each field of the map. */
export function fieldShares(map: FieldMap, kind: Kind, records: readonly Attributes[]): FieldShare[] {
  const read = fieldReader(map, kind);
  const named = records.map(read);
  return (Object.keys(map[kind]) as Field[]).map((field) => ({
    kind,
    field,
    found: named.filter((fields) => fields[field] !== undefined).length,
    records: records.length,
  }));
}

/**
 * Returns the path with a similar name to the field that most records have, but at least half; undefined if none exists.
 * @param present the paths that the map already has
 */
export function proposePath(
  field: Field,
  records: readonly Attributes[],
  present: readonly string[] = [],
): string | undefined {
  const counts = new Map<string, number>();
  for (const record of records) for (const path of paths(record, "")) counts.set(path, (counts.get(path) ?? 0) + 1);
  const [best] = [...counts]
    .filter(([path, count]) => count >= records.length / 2 && LIKELY_PATHS[field].test(path) && !present.includes(path))
    .sort(([a, m], [b, n]) => n - m || a.split(".").length - b.split(".").length || a.length - b.length);
  return best?.[0];
}

/** Returns the dotted names of a record's texts and numbers, and of its addresses, which may be objects. Omits keys that are data. */
function paths(value: Attributes, prefix: string, depth = 0): string[] {
  return Object.entries(value).flatMap(([name, entry]) => {
    if (!/^[A-Za-z_]\w*$/.test(name) || !isFieldName(name, depth)) return [];
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (typeof entry === "number" || (typeof entry === "string" && entry.trim() !== "")) return [path];
    if (typeof entry !== "object" || entry === null || Array.isArray(entry) || depth > 3) return [];
    const inside = paths(entry as Attributes, path, depth + 1);
    return LIKELY_PATHS.address.test(path) ? [path, ...inside] : inside;
  });
}
