import { canonical } from "../../provider/platform/unicode.js";
import type { InventoryRecord } from "../../provider/model/records.js";
import { locationIdOf } from "./core/location-of.js";
import type { LocationObservation } from "./core/observation.js";
import { recordLabel } from "./core/show.js";
import type { FoundReference, ResourceRule, RuleFinding } from "./core/types.js";

/** Reports a resource whose location differs from the location of its record. */
export const locationConsistent: ResourceRule = {
  scope: "resource",
  name: "location-consistent",
  title: "The location of a resource is the location of its record",
  severity: "error",
  remediation: "Refer to the location of the record, or correct the CMDB.",
  examines: ({ references, lookup }) =>
    decidedLocations(references).length > 0 &&
    references.some(
      ({ kind, records }) =>
        kind !== "location" && records.some((record) => locationIdOf(record, lookup) !== undefined),
    ),
  check: ({ resource, references, lookup, observe }) => {
    const locations = decidedLocations(references);
    if (locations.length === 0) {
      observe?.({ rule: "location-consistent", verdict: "skipped", reason: whySkipped(references) });
      return [];
    }
    const findings: RuleFinding[] = [];
    for (const { kind, records, secret } of references) {
      if (kind === "location") continue;
      for (const record of records) {
        const own = locationIdOf(record, lookup);
        const isNamed = own === undefined || isAmong(own, locations);
        observe?.({ rule: "location-consistent", record, secret, ...comparison(own, isNamed, locations) });
        if (!isNamed) findings.push(disagreement(resource.name, record, own, locations, secret));
      }
    }
    return findings;
  },
};

/** Returns the references to locations; none if no location is named, or if one is undecided, which can still match. */
function decidedLocations(references: readonly FoundReference[]): readonly FoundReference[] {
  const locations = references.filter(({ kind }) => kind === "location");
  const isOpen = locations.every(({ ids }) => ids.length === 0) || locations.some(({ undecided }) => undecided);
  return isOpen ? [] : locations;
}

function isAmong(id: string, locations: readonly FoundReference[]): boolean {
  return locations.some(({ ids }) => ids.some((named) => canonical(named) === canonical(id)));
}

function whySkipped(references: readonly FoundReference[]): string {
  return references.some(({ kind, undecided }) => kind === "location" && undecided)
    ? "the location of the resource is unknown"
    : "the resource refers to no location";
}

/** Returns both locations for an observer, without the ids of secrets. */
function comparison(
  own: string | undefined,
  isNamed: boolean,
  locations: readonly FoundReference[],
): Pick<LocationObservation, "verdict" | "reason" | "locationId" | "named"> {
  if (own === undefined) return { verdict: "skipped", reason: "the record has no location" };
  if (locations.some(({ secret }) => secret)) return { verdict: isNamed ? "agrees" : "differs" };
  const named = locations.flatMap(({ ids }) => ids);
  return { verdict: isNamed ? "agrees" : "differs", locationId: own, named };
}

function disagreement(
  name: string,
  record: InventoryRecord,
  own: string,
  locations: readonly FoundReference[],
  secret: boolean | undefined,
): RuleFinding {
  const { kind, id } = record;
  const ids = locations.flatMap((reference) => reference.ids);
  const hidden = locations.some((reference) => reference.secret);
  const names = hidden ? "(a secret)" : ids.map((text) => `"${text}"`).join(", ");
  const where = secret ? "elsewhere" : `at "${own}"`;
  const message = `${name} refers to location ${names}, but ${recordLabel(kind, id, secret)} is ${where}; refer to that location, or correct the CMDB`;
  return {
    kind,
    ...(secret ? {} : { recordId: id, expected: own }),
    message,
    ...(hidden ? {} : { actual: ids.length === 1 ? ids[0] : ids }),
  };
}
