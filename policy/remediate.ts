import type { ResourceRemediation, ResourceValidationArgs } from "@pulumi/policy";
import { KindUnavailableError } from "../provider/model/inventory-reader.js";
import type { InventoryRecord } from "../provider/model/records.js";
import type { PackSession } from "./engine/pack-session.js";
import { toPlainData, unwrapProxy } from "./engine/unknown-values.js";
import { placeFor, withTagBeside, withValue } from "./engine/properties.js";
import { agrees, type Comparator } from "./rules/compare/index.js";
import { keyOf, pathOf } from "./rules/file/reference-key.js";
import { withPlaces } from "./rules/file/expression-places.js";
import { locationIdOf } from "./rules/core/location-of.js";
import { labelValue, type Lookup } from "./rules/core/lookup.js";
import { find } from "./rules/resource/path.js";
import { valueOf } from "./rules/core/record-value.js";
import { isUnset, lowersLabels, resolveReferences } from "./rules/core/references.js";
import type { Match, RuleName, RulesFile } from "./rules/file/rules-file.js";
import { currentOrganization } from "./engine/organization.js";
import { isIgnored } from "./rules/core/ignored.js";
import { qualifyUrn } from "./rules/resource/organization-urn.js";
import type { ResolvedResource } from "./rules/core/types.js";
import type { Resource } from "./rules/resource/resource.js";

type Properties = Record<string, unknown>;
type PropertyChange = (properties: Properties, referring: ResolvedResource, lookup: Lookup) => Properties;

/** Comparators that accept the value of the record itself. */
const settable: ReadonlySet<unknown> = new Set<Comparator>([
  "equals",
  "ignore-case",
  "trimmed",
  "number",
  "ip",
  "date",
  "mac",
]);

/** The remediations by rule. */
export const remediations: Readonly<Partial<Record<RuleName, PropertyChange>>> = {
  "attributes-match": setValues,
  "location-consistent": addTags,
};

/** Returns the remediation of a rule. It returns the properties if it changed them, else undefined. */
export function remediationOf(
  name: RuleName,
  session: PackSession,
  rulesOf: (args: ResourceValidationArgs) => RulesFile,
) {
  const change = remediations[name];
  if (!change) return undefined;
  const remediate: ResourceRemediation = async (args) => {
    const opened = await session.opened();
    if ("failure" in opened) return undefined;
    const rules = rulesOf(args);
    if (isIgnored(name, qualifyUrn(args.urn, currentOrganization()), rules, new Date())) return undefined;
    const raw = unwrapProxy(args.props);
    const changed = withPlaces(rules, () =>
      change(raw, resolveReferences(resourceOf(args), rules, opened.lookup), opened.lookup),
    );
    return changed === raw ? undefined : changed;
  };
  return remediate;
}

function resourceOf({ urn, type, name, props, provider }: ResourceValidationArgs): Resource {
  return {
    urn,
    type,
    name,
    properties: toPlainData(props),
    ...(provider ? { provider: toPlainData(provider.props) } : { component: true }),
  };
}

/** Sets properties that must equal the record's value. Unknown values, and references to several records, stay unchanged. */
function setValues(properties: Properties, { references, resource }: ResolvedResource): Properties {
  let changed = properties;
  for (const { entry, records, undecided, missing, ambiguous, unmatched = [] } of references) {
    const [record, ...more] = records;
    if (record === undefined || more.length > 0 || undecided) continue;
    if (missing.length + ambiguous.length + unmatched.length > 0) continue;
    for (const match of entry.match) changed = setValue(changed, match, record, resource);
  }
  return changed;
}

function setValue(properties: Properties, match: Match, record: InventoryRecord, resource: Resource): Properties {
  const found = find(match.property, resource.properties);
  const wanted = valueOf(record, match.record);
  if (!found.known || wanted === undefined || !settable.has(match.as)) return properties;
  if (typeof wanted === "object" || (typeof found.value === "object" && found.value !== null)) return properties;
  if (agrees(match.as, found.value, wanted, match) !== false) return properties;
  const place = placeFor(properties, resource.properties, match.property);
  return (place && withValue(properties, place, likewise(wanted, found.value))) ?? properties;
}

/** Returns the record's value in the type of the property. */
function likewise(wanted: unknown, current: unknown): unknown {
  if (typeof current === "number" && Number.isFinite(Number(wanted))) return Number(wanted);
  return typeof current === "string" ? String(wanted) : wanted;
}

/** Returns the location of the record, or of its service point; undefined if the inventory has none. */
function locationOf(item: InventoryRecord, lookup: Lookup): string | undefined {
  try {
    return locationIdOf(item, lookup);
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}

/** Adds location tags to a resource that refers to one configuration item and has no location tags. */
function addTags(properties: Properties, { references, resource }: ResolvedResource, lookup: Lookup): Properties {
  const items = references.filter(({ kind }) => kind === "configurationItem");
  const [item, ...more] = new Map(
    items.flatMap(({ records }) => records.map((record) => [record.id, record])),
  ).values();
  if (item === undefined || more.length > 0 || items.some(({ undecided }) => undecided)) return properties;
  const wanted = [
    ["location", locationOf(item, lookup)],
    ["servicePoint", item.servicePointId],
  ] as const;
  let changed = properties;
  for (const [kind, id] of wanted) {
    const own = references.filter((reference) => reference.kind === kind);
    if (id === undefined || !own.every(isUnset)) continue;
    // An id is not the value of another field, and no entry would read a tag.
    const byId = own.filter(({ entry }) => keyOf(entry) === undefined);
    if (own.length > 0 && byId.length === 0) continue;
    const value = lowersLabels(resource.type) ? labelValue(id) : id;
    const place = byId
      .flatMap(({ entry }) => {
        const path = pathOf(entry);
        return path === undefined ? [] : [placeFor(changed, resource.properties, path)];
      })
      .find(Boolean);
    changed =
      (place ? withValue(changed, place, value) : withTagBeside(changed, "configurationItem", kind, value)) ?? changed;
  }
  return changed;
}
