import type { InventoryRecord } from "../../provider/inventory/records.js";
import { countryCode } from "./regions/countries.js";
import { countryOfRegion, regionsIn, tableDate, type Cloud } from "./regions/index.js";
import { regionOf } from "./regions/region-of.js";
import { isSecret, named, notKnown, some } from "./show.js";
import type { FoundReference, ResourceContext, ResourceRule, RuleFinding } from "./types.js";

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
    const records = recordsWithCountry(context.references, context);
    if (records.length === 0) return [];
    const found = regionOf(resource);
    if (found === undefined) return [];
    if (found.name === undefined) {
      const message = `${resource.name}: its region ${notKnown(resource)}`;
      return [{ decidedAtUpdate: true, undecided: "region", message }];
    }
    const { cloud, name } = found;
    const country = countryOfRegion(cloud, name, rules.residency.regions);
    if (country === undefined) {
      const message = `${resource.name}: the country of region ${name} is not known (table of ${tableDate}); add it under residency.regions`;
      return [{ message, actual: name }];
    }
    // A record is as secret as what leads to it.
    const secret = context.references.filter((reference) => reference.secret);
    const hidden = new Set(secret.length > 0 ? recordsWithCountry(secret, context).map(({ id }) => id) : []);
    return records.flatMap((record) => {
      const shown = isSecret(name, resource) ? "(a secret)" : name;
      return checkRecord(resource.name, cloud, shown, country, record, hidden.has(record.id));
    });
  },
};

/** The records whose country counts; a location also through the records that stand there. */
function recordsWithCountry(
  references: readonly FoundReference[],
  { lookup, rules }: ResourceContext,
): readonly InventoryRecord[] {
  const kind = rules.residency?.countryFrom ?? "location";
  let direct: readonly InventoryRecord[] = [];
  for (const reference of references)
    if (reference.kind === kind) direct = direct.length === 0 ? reference.records : [...direct, ...reference.records];
  if (direct.length > 0 || kind !== "location" || lookup.info().counts.location === undefined) return direct;
  const through = references.flatMap(({ records }) => records.flatMap(({ locationId }) => locationId ?? []));
  return through.flatMap((id) => lookup.record("location", id) ?? []);
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
  if (record.country === undefined) return [];
  const wanted = countryCode(record.country);
  if (wanted === undefined) {
    const message = `${name}: the country of ${named(kind, id, secret)} is ${JSON.stringify(record.country)}, which is no country; correct the CMDB, or the field map`;
    return [{ ...about, message, actual: record.country }];
  }
  if (country === wanted) return [];
  const near = regionsIn(cloud, wanted);
  const where = country === null ? "which is in several countries" : `which is in ${country}`;
  const cure = near.length > 0 ? `move it to ${some(near, 3)}` : `this cloud has no region in ${wanted}`;
  const message = `${name} lies in region ${region}, ${where}, but ${named(kind, id, secret)} is in ${wanted}; ${cure}, or name another location`;
  return [{ ...about, message, expected: wanted, actual: country ?? region }];
}
