import { awsRegions, awsZones } from "./aws.js";
import { azureGeographies, azureRegions, azureSpanning } from "./azure.js";
import { gcpAliases, gcpRegions, gcpSpanning } from "./gcp.js";

/** The clouds whose regions are known. */
export type Cloud = "aws" | "azure" | "gcp";

/** The month of the last comparison of the tables with the documentation of the clouds. */
export const tableDate = "2026-11";

/** Inverts a table of regions by country. The country of a region that spans countries is null. */
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

/** Places that are not regions, so that no message suggests them. */
const places: Readonly<Record<Cloud, ReadonlyMap<string, string | null>>> = {
  aws: byRegion(awsZones),
  azure: byRegion(azureGeographies, azureSpanning),
  gcp: new Map(),
};

/** Returns the names to look up for a place, the most precise first: zone, zone group, region. */
function namesOf(cloud: Cloud, name: string): string[] {
  if (cloud === "azure") return [name];
  if (cloud === "gcp") return [name, name.replace(/-[a-z]$/, "")];
  const region = /^[a-z]+(?:-[a-z]+)+-\d+/.exec(name)?.[0];
  return [name, name.replace(/[a-z]$/, ""), ...(region === undefined ? [] : [region])];
}

/** Returns the country of a name in the tables. A zone outside the country of its region has its own entry. */
function inTable(cloud: Cloud, name: string): string | null | undefined {
  const known = tables[cloud].get(name);
  return known === undefined ? places[cloud].get(name) : known;
}

const names: Readonly<Record<Cloud, Map<string, string>>> = { aws: new Map(), azure: new Map(), gcp: new Map() };

/** Returns a region in the spelling of the tables: `westeurope` for `West Europe`, the last part of a self link. */
export function regionName(cloud: Cloud, text: string): string {
  let name = names[cloud].get(text);
  if (name === undefined) names[cloud].set(text, (name = spelled(cloud, text)));
  return name;
}

function spelled(cloud: Cloud, text: string): string {
  const name = text.trim().toLowerCase();
  if (cloud === "azure") return name.replace(/\s+/g, "");
  const last = name.split("/").at(-1) ?? name;
  return cloud === "gcp" ? (gcpAliases.get(last) ?? last) : last;
}

type Overrides = Readonly<Record<string, string | null>>;
const NO_OVERRIDES: Overrides = {};

const spelledOverrides = new WeakMap<Overrides, Map<Cloud, ReadonlyMap<string, string | null>>>();

/** Returns the regions of a rules file in the spelling of a cloud. */
function overridesFor(cloud: Cloud, overrides: Overrides): ReadonlyMap<string, string | null> {
  let byCloud = spelledOverrides.get(overrides);
  if (!byCloud) spelledOverrides.set(overrides, (byCloud = new Map()));
  let countries = byCloud.get(cloud);
  if (!countries) {
    countries = new Map(Object.entries(overrides).map(([name, country]) => [regionName(cloud, name), country]));
    byCloud.set(cloud, countries);
  }
  return countries;
}

/** Returns two spellings of one region that have different countries; undefined if each region has one country. */
export function regionNamedTwice(overrides: Overrides): readonly [string, string] | undefined {
  for (const cloud of Object.keys(tables) as Cloud[]) {
    const seen = new Map<string, string>();
    for (const [name, country] of Object.entries(overrides)) {
      const other = seen.get(regionName(cloud, name));
      if (other !== undefined && overrides[other] !== country) return [other, name];
      seen.set(regionName(cloud, name), name);
    }
  }
  return undefined;
}

/**
 * Returns the country of a region as ISO 3166-1 alpha-2; null if the region spans countries, undefined if it is unknown.
 * @param overrides regions of the rules file, which precede the tables. An override of a region also applies to its zones, except
 *   to zones that the tables place in another country
 */
export function countryOfRegion(
  cloud: Cloud,
  name: string,
  overrides: Overrides = NO_OVERRIDES,
): string | null | undefined {
  const own = overridesFor(cloud, overrides);
  for (const of of namesOf(cloud, regionName(cloud, name))) {
    const given = own.get(of);
    const country = given === undefined ? inTable(cloud, of) : given;
    if (country !== undefined) return country;
  }
  return undefined;
}

/** Returns the public regions of a cloud in a country. */
export function regionsIn(cloud: Cloud, country: string): string[] {
  return [...tables[cloud]].filter(([, of]) => of === country).map(([name]) => name);
}

/** Returns all regions in the table of a cloud. */
export function knownRegions(cloud: Cloud): string[] {
  return [...tables[cloud].keys()];
}
