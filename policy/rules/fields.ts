import { isNamedField, type Kind, type NamedFields } from "../../provider/inventory/records.js";
import { containers } from "./convention.js";
import { alternativesOf } from "./path.js";
import { regionProperties } from "./regions/region-of.js";
import { trackedReferences, type RulesFile } from "./rules-file.js";

/** What rules themselves look at; comparisons name what else they look at. */
const own: readonly (keyof NamedFields)[] = ["status", "locationId", "servicePointId"];

/**
 * The fields of a kind's records that these rules can look at; undefined where that cannot be told, and so all.
 * @param also what else will be looked at
 */
export function fieldsOf(
  kind: Kind,
  { references, residency }: RulesFile,
  also: readonly (keyof NamedFields)[] = [],
): readonly string[] | undefined {
  const fields = new Set<string>([...own, ...also]);
  if (residency) fields.add("country");
  for (const entry of references) {
    if (entry.kind !== kind) continue;
    for (const { record } of entry.match) {
      const wanted = fieldsIn(record);
      if (wanted === undefined) return undefined;
      for (const field of wanted) fields.add(field);
    }
  }
  return [...fields];
}

/** `location.id` is of the field `location`; undefined where a path is more than names. */
export function fieldsIn(path: string): readonly string[] | undefined {
  const [names, ...more] = alternativesOf(path) ?? [];
  const [first, second] = names ?? [];
  if (first === undefined || more.length > 0) return undefined;
  if (first === "attributes") return second === undefined ? undefined : [`attributes.${second}`];
  // A named field that a record lacks is looked for in the record as it came.
  return [...(isNamedField(first) ? [first] : []), `attributes.${first}`];
}

/** The properties of a resource that is one tag of another. */
const tagFields = ["key", "value"];

/** What a provider puts on all that it makes. */
const defaults = ["defaultTags", "defaultLabels"];

/** The properties of resources and their providers that these rules can look at; undefined where that cannot be told. */
export function propertiesOf({ references }: RulesFile): readonly string[] | undefined {
  const names = new Set([...containers.map(([first = ""]) => first), ...tagFields, ...regionProperties, ...defaults]);
  for (const { id, match } of [...references, ...trackedReferences]) {
    for (const path of [...(id === undefined ? [] : [id]), ...match.map(({ property }) => property)]) {
      const alternatives = alternativesOf(path);
      if (alternatives === undefined) return undefined;
      for (const [first = ""] of alternatives) names.add(first);
    }
  }
  return [...names];
}
