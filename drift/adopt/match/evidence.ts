import type { Evidence } from "../report/schema.js";
import type { Collected, Hit } from "./collect.js";
import { countryField, type Field } from "./fields.js";
import { precedes } from "./property-tree.js";
import type { Candidate } from "./record-index.js";

/** Counts that evidence of a country needs. */
export interface CountryCounts {
  /** Resources by the country of their region. */
  readonly resources: ReadonlyMap<string, number>;
  /** Locations by country. */
  readonly locations: ReadonlyMap<string, number>;
}

/** Returns the evidence that a resource is a record: one entry for each field and value, the strongest first. */
export function evidenceFor(resource: Collected, candidate: Candidate, countries: CountryCounts): Evidence[] {
  const best = new Map<string, { evidence: Evidence; field: Field; hit: Hit }>();
  for (const hit of resource.hits)
    for (const { candidate: other, field, value } of hit.entries) {
      if (other !== candidate) continue;
      const key = `${field.path} ${field.form} ${value}`;
      const known = best.get(key);
      if (known && !precedes(hit.node, known.hit.node)) continue;
      best.set(key, { evidence: toEvidence(hit, field, value, candidate), field, hit });
    }
  const found = [...best.values()].sort(
    (one, other) => one.field.order - other.field.order || (precedes(one.hit.node, other.hit.node) ? -1 : 1),
  );
  const country = countryEvidence(resource, candidate, countries);
  return [...found.map(({ evidence }) => evidence), ...(country ? [country] : [])];
}

function toEvidence({ node, value, bucket, entries }: Hit, field: Field, recordValue: string, of: Candidate): Evidence {
  const records = new Set(entries.map(({ candidate }) => candidate).filter(({ kind }) => kind === of.kind));
  return {
    property: node.path,
    field: field.path,
    value,
    recordValue,
    resources: bucket.resources,
    records: records.size,
  };
}

function countryEvidence(
  { region }: Collected,
  { kind, country }: Candidate,
  { resources, locations }: CountryCounts,
): Evidence | undefined {
  if (kind !== "location" || region === undefined || region.country !== country) return undefined;
  return {
    property: "region",
    field: countryField.path,
    value: region.name,
    recordValue: country,
    resources: resources.get(country) ?? 0,
    records: locations.get(country) ?? 0,
  };
}
