import { countryCode } from "../../provider/model/countries.js";
import type { InventoryRecord } from "../../provider/model/records.js";
import { locationIdOf } from "./core/location-of.js";
import { countryOfRegion, regionsIn, tableDate, type Cloud } from "./regions/index.js";
import { regionOf } from "./regions/region-of.js";
import type { CountryObservation, Observer } from "./core/observation.js";
import { isSecret, recordLabel, describeUnknown, summarizeList } from "./core/show.js";
import type { ResourceContext, ResourceRule, RuleFinding } from "./core/types.js";

/** Reports a cloud region outside the country of the location. */
export const countryMatchesRegion: ResourceRule = {
  scope: "resource",
  name: "country-matches-region",
  title: "The cloud region is in the country of the location",
  severity: "warning",
  remediation: "Move the resource to a region in that country, or refer to another location.",
  inactiveReason: ({ residency }) => (residency ? undefined : "no residency in the rules"),
  examines: (context) =>
    context.rules.residency !== undefined && placesOf(context).length > 0 && regionOf(context.resource) !== undefined,
  check: (context) => {
    const { resource, rules, observe } = context;
    if (rules.residency === undefined) return [];
    const places = placesOf(context);
    if (places.length === 0) return skipped(observe, "the resource refers to no record with a country");
    const found = regionOf(resource);
    if (found === undefined) return skipped(observe, "the resource has no cloud region");
    if (found.name === undefined) {
      const reason = `the region ${describeUnknown(resource)}`;
      observe?.({ rule: "country-matches-region", verdict: "undecided", reason });
      const message = `${resource.name}: its region ${describeUnknown(resource)}`;
      return [{ undecided: true, affects: ["region"], message }];
    }
    const { cloud, name } = found;
    const country = countryOfRegion(cloud, name, rules.residency.regions);
    const shown = isSecret(name, resource) ? "(a secret)" : name;
    if (country === undefined) {
      const reason = "the country of the region is unknown";
      observe?.({ rule: "country-matches-region", verdict: "incomparable", reason, region: shown });
      const message = `${resource.name}: the country of region ${name} is unknown (table of ${tableDate}); add it under residency.regions`;
      return [{ about: ["region"], affects: [shown], message, actual: name }];
    }
    // A record is secret if a reference to it is secret.
    const hidden = new Set(places.flatMap(({ record, secret }) => (secret && record ? [record.id] : [])));
    return places.flatMap((place) => {
      const { record } = place;
      const findings =
        record === undefined
          ? noLocation(resource.name, place)
          : checkRecord(resource.name, cloud, shown, country, record, hidden.has(record.id));
      observe?.({
        rule: "country-matches-region",
        region: shown,
        regionCountry: country,
        isOwnRegion: countryOfRegion(cloud, name) !== country,
        ...verdictOf(place, [findings].flat()),
        secret: place.secret === true || (record !== undefined && hidden.has(record.id)),
      });
      return findings;
    });
  },
};

/** A location whose country is compared. */
interface Place {
  /** Undefined if the inventory has no location for the referenced record. */
  readonly record: InventoryRecord | undefined;
  /** The referenced record: the location itself, or a record at the location. */
  readonly by: InventoryRecord;
  /** The id of the location. */
  readonly at?: string | undefined;
  readonly secret: boolean | undefined;
}

/** Returns the locations to compare, including those of other referenced records. @throws KindUnavailableError */
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

/** Reports a record without a location: its country is unknown. */
function noLocation(name: string, { by: { kind, id }, at, secret }: Place): RuleFinding {
  const about = `${name} refers to ${recordLabel(kind, id, secret)}, `;
  const why =
    at === undefined
      ? "which has no location and so no country; correct the CMDB, or the field map"
      : `whose ${recordLabel("location", at, secret)} is not in the inventory; correct the CMDB`;
  return { kind, ...(secret ? {} : { recordId: id }), about: ["no location"], message: about + why };
}

function skipped(observe: Observer | undefined, reason: string): RuleFinding[] {
  observe?.({ rule: "country-matches-region", verdict: "skipped", reason });
  return [];
}

/** Returns the verdict about a location for an observer: any finding but one with a country is about a missing value. */
function verdictOf(
  { record, by }: Place,
  [finding]: readonly RuleFinding[],
): Pick<CountryObservation, "verdict" | "reason" | "record" | "country" | "by"> {
  const facts = { record: record ?? by, ...(by === record ? {} : { by: { kind: by.kind, id: by.id } }) };
  if (record === undefined) return { ...facts, verdict: "incomparable", reason: "the record has no location" };
  const country = record.country === undefined ? {} : { country: record.country };
  if (finding?.about?.[0] === "no country")
    return { ...facts, ...country, verdict: "incomparable", reason: "the record has no country" };
  return { ...facts, ...country, verdict: finding ? "differs" : "agrees" };
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
  const facts = { kind, ...(secret ? {} : { recordId: id }) };
  if (record.country === undefined) {
    const message = `${name} refers to ${recordLabel(kind, id, secret)}, which has no country; correct the CMDB, or the field map`;
    return [{ ...facts, about: ["no country"], message }];
  }
  const wanted = countryCode(record.country);
  if (wanted === undefined) {
    const message = `${name}: the country of ${recordLabel(kind, id, secret)} is ${JSON.stringify(record.country)}, which is not a country; correct the CMDB, or the field map`;
    return [{ ...facts, about: ["no country"], message, actual: record.country }];
  }
  if (country === wanted) return [];
  const near = regionsIn(cloud, wanted);
  const where = country === null ? "which spans several countries" : `which is in ${country}`;
  const nextStep = near.length > 0 ? `move it to ${summarizeList(near, 3)}` : `this cloud has no region in ${wanted}`;
  const message = `${name} is in region ${region}, ${where}, but ${recordLabel(kind, id, secret)} is in ${wanted}; ${nextStep}, or refer to another location`;
  // Part of the fingerprint: accepting one country does not accept another.
  return [
    {
      ...facts,
      about: ["country"],
      affects: [country ?? region],
      message,
      expected: wanted,
      actual: country ?? region,
    },
  ];
}
