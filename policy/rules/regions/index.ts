import { awsRegions, awsZones } from "./aws.js";
import { azureRegions } from "./azure.js";
import { gcpRegions, gcpSpanning } from "./gcp.js";

/** The clouds whose regions are known. */
export type Cloud = "aws" | "azure" | "gcp";

/** When the tables were last compared with what the clouds publish. */
export const tableDate = "2026-11";

/** A country's regions, as the tables hold them, turned round; null where a region spans countries. */
function byRegion(byCountry: Readonly<Record<string, string>>, spanning = ""): Map<string, string | null> {
  const countries = new Map<string, string | null>();
  for (const [country, names] of Object.entries(byCountry))
    for (const name of names.split(" ")) countries.set(name, country);
  for (const name of spanning.split(" ").filter(Boolean)) countries.set(name, null);
  return countries;
}

const tables: Readonly<Record<Cloud, ReadonlyMap<string, string | null>>> = {
  aws: byRegion(awsRegions),
  azure: byRegion(azureRegions),
  gcp: byRegion(gcpRegions, gcpSpanning),
};

const zones = byRegion(awsZones);

/** An availability zone, a local zone or a Google Cloud zone as its region; a zone abroad as its own country. */
function lookUp(cloud: Cloud, name: string): string | null | undefined {
  const table = tables[cloud];
  const known = table.get(name);
  if (known !== undefined || cloud === "azure") return known;
  if (cloud === "gcp") return table.get(name.replace(/-[a-z]$/, ""));
  const group = name.replace(/[a-z]$/, "");
  const abroad = zones.get(group);
  if (abroad !== undefined) return abroad;
  const region = /^[a-z]+(?:-[a-z]+)+-\d/.exec(name)?.[0];
  return region === undefined ? undefined : table.get(region);
}

/**
 * The country of a region.
 * @param overrides what the rules file says of regions, before the table
 * @returns ISO 3166-1 alpha-2; null for a region that spans countries; undefined for one that is not known
 */
export function countryOfRegion(
  cloud: Cloud,
  name: string,
  overrides: Readonly<Record<string, string | null>> = {},
): string | null | undefined {
  return Object.hasOwn(overrides, name) ? overrides[name] : lookUp(cloud, name);
}

/** The public regions of a cloud in a country. */
export function regionsIn(cloud: Cloud, country: string): string[] {
  return [...tables[cloud]].filter(([, of]) => of === country).map(([name]) => name);
}

/** Every region that the table of a cloud knows. */
export function knownRegions(cloud: Cloud): string[] {
  return [...tables[cloud].keys()];
}
