import { countryCode } from "../../provider/inventory/countries.js";
import type { InventoryRecord } from "../../provider/inventory/records.js";
import { locationIdOf } from "./location-of.js";
import { countryOfRegion, regionsIn, tableDate, type Cloud } from "./regions/index.js";
import { regionOf } from "./regions/region-of.js";
import { isSecret, named, notKnown, some } from "./show.js";
import type { ResourceContext, ResourceRule, RuleFinding } from "./types.js";

/** A cloud region outside the country of the location. */
export const countryMatchesRegion: ResourceRule = {
  scope: "resource",
  name: "country-matches-region",
  title: "The cloud region lies in the location's country",
  severity: "warning",
  cure: "Move the resource to a region in that country, or name the location it belongs to.",
  off: ({ residency }) => (residency ? undefined : "no residency in the rules"),
  check: (context) => {
    const { resource, rules } = context;
    if (rules.residency === undefined) return [];
    const places = placesOf(context);
    if (places.length === 0) return [];
    const found = regionOf(resource);
    if (found === undefined) return [];
    if (found.name === undefined) {
      const message = `${resource.name}: its region ${notKnown(resource)}`;
      return [{ decidedAtUpdate: true, undecided: "region", message }];
    }
    const { cloud, name } = found;
    const country = countryOfRegion(cloud, name, rules.residency.regions);
    const shown = isSecret(name, resource) ? "(a secret)" : name;
    if (country === undefined) {
      const message = `${resource.name}: the country of region ${name} is not known (table of ${tableDate}); add it under residency.regions`;
      return [{ subject: { what: ["region"], all: [shown] }, message, actual: name }];
    }
    // A record is as secret as what leads to it.
    const hidden = new Set(places.flatMap(({ record, secret }) => (secret && record ? [record.id] : [])));
    return places.flatMap((place) => {
      const { record } = place;
      if (record === undefined) return noLocation(resource.name, place);
      return checkRecord(resource.name, cloud, shown, country, record, hidden.has(record.id));
    });
  },
};

/** Whose country counts. */
interface Place {
  /** Undefined where the inventory has no location for what is referred to. */
  readonly record: InventoryRecord | undefined;
  /** What is referred to: the same, or what stands there. */
  readonly by: InventoryRecord;
  /** The id of the location where it stands. */
  readonly at?: string | undefined;
  readonly secret: boolean | undefined;
}

/** The records whose country counts; a location also through the records that stand there. @throws KindUnavailableError */
function placesOf({ references, lookup, rules }: ResourceContext): Place[] {
  const kind = rules.residency?.countryFrom ?? "location";
  const direct = references
    .filter((reference) => reference.kind === kind)
    .flatMap(({ records, secret }) => records.map((record): Place => ({ record, by: record, secret })));
  if (direct.length > 0 || kind !== "location") return direct;
  return references
    .filter((reference) => reference.kind !== "account")
    .flatMap(({ records, secret }) =>
      records.map((by): Place => {
        const at = locationIdOf(by, lookup);
        return { record: at === undefined ? undefined : lookup.record("location", at), by, at, secret };
      }),
    );
}

/** Where nobody can tell the country, that is told: it may be any. */
function noLocation(name: string, { by: { kind, id }, at, secret }: Place): RuleFinding {
  const about = `${name} refers to ${named(kind, id, secret)}, `;
  const why =
    at === undefined
      ? "for which the inventory gives no location, and so no country; correct the CMDB, or the field map"
      : `which stands at ${named("location", at, secret)}, and the inventory has no such location; correct the CMDB`;
  return { kind, ...(secret ? {} : { recordId: id }), subject: { what: ["no location"] }, message: about + why };
}

function checkRecord(
  name: string,
  cloud: Cloud,
  region: string,
  country: string | null,
  record: InventoryRecord,
  secret: boolean,
): RuleFinding[] {
  const { kind, id } = record;
  const about = { kind, ...(secret ? {} : { recordId: id }) };
  if (record.country === undefined) {
    const message = `${name} refers to ${named(kind, id, secret)}, for which the inventory gives no country; correct the CMDB, or the field map`;
    return [{ ...about, subject: { what: ["no country"] }, message }];
  }
  const wanted = countryCode(record.country);
  if (wanted === undefined) {
    const message = `${name}: the country of ${named(kind, id, secret)} is ${JSON.stringify(record.country)}, which is no country; correct the CMDB, or the field map`;
    return [{ ...about, subject: { what: ["no country"] }, message, actual: record.country }];
  }
  if (country === wanted) return [];
  const near = regionsIn(cloud, wanted);
  const where = country === null ? "which is in several countries" : `which is in ${country}`;
  const cure = near.length > 0 ? `move it to ${some(near, 3)}` : `this cloud has no region in ${wanted}`;
  const message = `${name} lies in region ${region}, ${where}, but ${named(kind, id, secret)} is in ${wanted}; ${cure}, or name another location`;
  // Who accepted one country has accepted no other.
  const subject = { what: ["country"], all: [country ?? region] };
  return [{ ...about, subject, message, expected: wanted, actual: country ?? region }];
}
