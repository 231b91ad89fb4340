import { isNamedField, type Kind, type NamedFields } from "../../../provider/model/records.js";
import { containers } from "../resource/convention.js";
import { alternativesOf } from "../resource/path.js";
import { regionProperties } from "../regions/region-of.js";
import { keyOf, pathOf } from "./reference-key.js";
import { trackedReferences, type RulesFile } from "./rules-file.js";

/** Fields that the rules read in addition to those of comparisons. */
const REFERENCE_FIELDS: readonly (keyof NamedFields)[] = ["status", "locationId", "servicePointId"];

/**
 * Returns the fields of a kind that these rules can read; undefined, which means all fields, if a path is more than names.
 * @param also further fields that are needed
 */
export function fieldsOf(
  kind: Kind,
  { references, residency }: RulesFile,
  also: readonly (keyof NamedFields)[] = [],
): readonly string[] | undefined {
  const fields = new Set<string>([...REFERENCE_FIELDS, ...also]);
  if (residency) fields.add("country");
  for (const entry of references) {
    if (entry.kind !== kind) continue;
    const key = keyOf(entry);
    for (const path of [...(key ? [key.by] : []), ...entry.match.map(({ record }) => record)]) {
      const wanted = fieldsIn(path);
      if (wanted === undefined) return undefined;
      for (const field of wanted) fields.add(field);
    }
  }
  return [...fields];
}

/** Returns the fields that a path reads: `location` for `location.id`. Undefined if the path is more than names. */
export function fieldsIn(path: string): readonly string[] | undefined {
  const [names, ...more] = alternativesOf(path) ?? [];
  const [first, second] = names ?? [];
  if (first === undefined || more.length > 0) return undefined;
  if (first === "attributes") return second === undefined ? undefined : [`attributes.${second}`];
  // If a record lacks a named field, the field of the API is read.
  return [...(isNamedField(first) ? [first] : []), `attributes.${first}`];
}

/** The properties of a resource that is one tag of another. */
const tagFields = ["key", "value"];

/** Settings of a provider with the default tags of its resources. */
const defaults = ["defaultTags", "defaultLabels"];

/** Returns the properties of resources and providers that these rules can read; undefined if a path is more than names. */
export function propertiesOf({ references }: RulesFile): readonly string[] | undefined {
  const names = new Set([...containers.map(([first = ""]) => first), ...tagFields, ...regionProperties, ...defaults]);
  for (const entry of [...references, ...trackedReferences]) {
    const own = pathOf(entry);
    for (const path of [...(own === undefined ? [] : [own]), ...entry.match.map(({ property }) => property)]) {
      const alternatives = alternativesOf(path);
      if (alternatives === undefined) return undefined;
      for (const [first = ""] of alternatives) names.add(first);
    }
  }
  return [...names];
}
