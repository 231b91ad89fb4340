import type { ResourceRemediation, ResourceValidationArgs } from "@pulumi/policy";
import { KindUnavailableError } from "../provider/inventory/inventory.js";
import type { InventoryRecord } from "../provider/inventory/records.js";
import { plain, target } from "./known.js";
import { placeFor, withTagBeside, withValue } from "./properties.js";
import { agrees, type Comparator } from "./rules/compare/index.js";
import { withPlaces } from "./rules/expression-places.js";
import { locationIdOf } from "./rules/location-of.js";
import { labelValue, type Lookup } from "./rules/lookup.js";
import { find } from "./rules/path.js";
import { valueOf } from "./rules/record-value.js";
import { lowersLabels, refer } from "./rules/references.js";
import type { Match, RuleName, RulesFile } from "./rules/rules-file.js";
import { currentOrganization } from "./organization.js";
import { isIgnored } from "./rules/ignored.js";
import { qualifyUrn } from "./rules/organization-urn.js";
import type { FoundReference, Referring, Resource } from "./rules/types.js";
import type { Run } from "./run.js";

type Properties = Record<string, unknown>;
type Mend = (properties: Properties, referring: Referring, lookup: Lookup) => Properties;

/** Comparisons that the record's own value satisfies. */
const settable: ReadonlySet<unknown> = new Set<Comparator>([
  "equals",
  "ignore-case",
  "trimmed",
  "number",
  "ip",
  "date",
  "mac",
]);

/** The rules that can mend what they find. */
export const remediations: Readonly<Partial<Record<RuleName, Mend>>> = {
  "attributes-match": setValues,
  "location-consistent": addTags,
};

/** A remediation of the pack: hands back the properties where it changed something, and nothing otherwise. */
export function remediationOf(name: RuleName, run: Run, rulesOf: (args: ResourceValidationArgs) => RulesFile) {
  const mend = remediations[name];
  if (!mend) return undefined;
  const remediate: ResourceRemediation = async (args) => {
    const opened = await run.opened();
    if ("failure" in opened) return undefined;
    const rules = rulesOf(args);
    if (isIgnored(name, qualifyUrn(args.urn, currentOrganization()), rules, new Date())) return undefined;
    const raw = target(args.props);
    const mended = withPlaces(rules, () => mend(raw, refer(resourceOf(args), rules, opened.lookup), opened.lookup));
    return mended === raw ? undefined : mended;
  };
  return remediate;
}

function resourceOf({ urn, type, name, props, provider }: ResourceValidationArgs): Resource {
  return {
    urn,
    type,
    name,
    properties: plain(props),
    ...(provider ? { provider: plain(provider.props) } : { component: true }),
  };
}

/** Values that must equal the record's are set from it; what is not known, or names several records, stays. */
function setValues(properties: Properties, { references, resource }: Referring): Properties {
  let mended = properties;
  for (const { entry, records, undecided, missing } of references) {
    const [record, ...more] = records;
    if (record === undefined || more.length > 0 || undecided || missing.length > 0) continue;
    for (const match of entry.match) mended = setValue(mended, match, record, resource);
  }
  return mended;
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

/** The record's value in the type that the property has. */
function likewise(wanted: unknown, current: unknown): unknown {
  if (typeof current === "number" && Number.isFinite(Number(wanted))) return Number(wanted);
  return typeof current === "string" ? String(wanted) : wanted;
}

/** Where the record, or else its service point, stands; undefined where the inventory cannot tell. */
function locationOf(item: InventoryRecord, lookup: Lookup): string | undefined {
  try {
    return locationIdOf(item, lookup);
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}

/** Nothing stands there, not even what names nothing. */
function isUnset({ ids, ambiguous, strange = [], undecided }: FoundReference): boolean {
  return !undecided && ids.length === 0 && ambiguous.length === 0 && strange.length === 0;
}

/** A resource that names one configuration item, and nothing of where it stands, gets the tags that say so. */
function addTags(properties: Properties, { references, resource }: Referring, lookup: Lookup): Properties {
  const items = references.filter(({ kind }) => kind === "configurationItem");
  const [item, ...more] = new Map(
    items.flatMap(({ records }) => records.map((record) => [record.id, record])),
  ).values();
  if (item === undefined || more.length > 0 || items.some(({ undecided }) => undecided)) return properties;
  const wanted = [
    ["location", locationOf(item, lookup)],
    ["servicePoint", item.servicePointId],
  ] as const;
  let mended = properties;
  for (const [kind, id] of wanted) {
    const own = references.filter((reference) => reference.kind === kind);
    if (id === undefined || !own.every(isUnset)) continue;
    const value = lowersLabels(resource.type) ? labelValue(id) : id;
    const place = own
      .flatMap(({ entry }) => (entry.id === undefined ? [] : [placeFor(mended, resource.properties, entry.id)]))
      .find(Boolean);
    mended =
      (place ? withValue(mended, place, value) : withTagBeside(mended, "configurationItem", kind, value)) ?? mended;
  }
  return mended;
}
