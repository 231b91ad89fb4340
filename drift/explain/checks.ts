import type {
  CountryObservation,
  LocationObservation,
  MatchObservation,
  Observation,
  StatusObservation,
} from "../../policy/rules/core/observation.js";
import { recordLabel, show, summarizeList } from "../../policy/rules/core/show.js";
import { countryCode } from "../../provider/model/countries.js";
import type { ExplainedCheck } from "./explanation.js";

/** Returns an observation for a reader, without secrets. */
export function explainCheck(observation: Observation): ExplainedCheck {
  const { rule, verdict, reason, record, secret } = observation;
  return {
    rule,
    verdict,
    ...shownBy(observation),
    ...(reason === undefined ? {} : { reason }),
    ...(record === undefined ? {} : { kind: record.kind }),
    ...(record === undefined || secret ? {} : { recordId: record.id }),
  };
}

type Shown = Pick<ExplainedCheck, "message" | "actual" | "expected" | "comparator">;

function shownBy(observation: Observation): Shown {
  switch (observation.rule) {
    case "attributes-match":
      return matchShown(observation);
    case "record-in-service":
      return statusShown(observation);
    case "location-consistent":
      return locationShown(observation);
    case "country-matches-region":
      return countryShown(observation);
  }
}

function matchShown({ match, property, field, hidden, secret, verdict }: MatchObservation): Shown {
  const comparator = typeof match.as === "string" ? match.as : "function";
  const options = [
    ...(match.tolerance === undefined ? [] : [`tolerance ${match.tolerance}`]),
    ...(match.ordered ? ["ordered"] : []),
  ];
  const how = [comparator, ...options].join(", ");
  const isCompared = verdict === "agrees" || verdict === "differs" || verdict === "incomparable";
  if (!isCompared) return { message: `${match.property} with ${match.record} (${how})`, comparator };
  // The value of a secret record would identify the record, and so would an equal property.
  if (hidden || secret)
    return { message: `${match.property} (a secret) with ${match.record} (a secret) (${how})`, comparator };
  const own = property === undefined ? "not set" : show(property);
  return {
    message: `${match.property} ${own} with ${match.record} ${show(field)} (${how})`,
    comparator,
    ...(property === undefined ? {} : { actual: property }),
    expected: field,
  };
}

function statusShown({ record, secret, allowed }: StatusObservation): Shown {
  const { status } = record;
  const rule = allowed
    ? `inService.${record.kind}: ${allowed.join(", ")}`
    : `in service without inService.${record.kind}: ${status === undefined ? "records without a status" : "all but removed records"}`;
  return {
    message: `${recordLabel(record.kind, record.id, secret)} has ${status === undefined ? "no status" : `the status ${show(status)}`} (${rule})`,
    ...(status === undefined ? {} : { actual: status }),
    ...(allowed ? { expected: allowed } : {}),
  };
}

function locationShown({ record, secret, locationId, named, reason }: LocationObservation): Shown {
  if (record === undefined) return { message: "location of the records with the location of the resource" };
  const subject = recordLabel(record.kind, record.id, secret);
  if (reason !== undefined) return { message: `${subject} with the location of the resource` };
  if (secret || locationId === undefined || named === undefined)
    return { message: `${subject} with the location of the resource (a secret)` };
  return {
    message: `${subject} is at location "${locationId}", the resource refers to location ${summarizeList(named.map((id) => `"${id}"`))}`,
    actual: named,
    expected: locationId,
  };
}

function countryShown(observation: CountryObservation): Shown {
  const { record, by, secret, country, region, regionCountry, isOwnRegion } = observation;
  if (region === undefined) return { message: "region of the resource with the country of the record" };
  if (regionCountry === undefined) return { message: `region ${region}: its country is in no table` };
  const table = isOwnRegion ? "residency.regions" : "the built-in table";
  const place = `region ${region} is in ${regionCountry ?? "several countries"} (${table})`;
  if (record === undefined) return { message: place };
  const via = by && !secret ? `, location of ${by.kind} "${by.id}"` : "";
  const subject = `${recordLabel(record.kind, record.id, secret)}${via}`;
  const code = country === undefined ? undefined : (countryCode(country) ?? country);
  return {
    message: `${place}, ${subject} is in ${code ?? "no country"}`,
    actual: regionCountry ?? region,
    ...(code === undefined ? {} : { expected: code }),
  };
}
