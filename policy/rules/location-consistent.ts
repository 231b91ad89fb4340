import { canonical } from "../../provider/inventory/unicode.js";
import type { InventoryRecord } from "../../provider/inventory/records.js";
import { locationIdOf } from "./location-of.js";
import { named } from "./show.js";
import type { FoundReference, ResourceRule, RuleFinding } from "./types.js";

/** A resource that names both a location and a record whose own location is another. */
export const locationConsistent: ResourceRule = {
  scope: "resource",
  name: "location-consistent",
  title: "A named location is the record's own",
  severity: "error",
  cure: "Name the location where the record stands, or correct the CMDB.",
  check: ({ resource, references, lookup }) => {
    const locations = references.filter(({ kind }) => kind === "location");
    // While a location is undecided it may be the right one.
    if (locations.every(({ ids }) => ids.length === 0) || locations.some(({ undecided }) => undecided)) return [];
    const findings: RuleFinding[] = [];
    for (const { kind, records, secret } of references) {
      if (kind === "location") continue;
      for (const record of records) {
        const own = locationIdOf(record, lookup);
        if (own === undefined || locations.some(({ ids }) => ids.some((id) => canonical(id) === canonical(own))))
          continue;
        findings.push(disagreement(resource.name, record, own, locations, secret));
      }
    }
    return findings;
  },
};

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
  const message = `${name} names location ${names}, but ${named(kind, id, secret)} stands ${where}; name that location, or correct the CMDB`;
  return {
    kind,
    ...(secret ? {} : { recordId: id, expected: own }),
    message,
    ...(hidden ? {} : { actual: ids.length === 1 ? ids[0] : ids }),
  };
}
