import { awsRegions, awsZones } from "./aws.js";
import { azureGeographies, azureRegions, azureSpanning } from "./azure.js";
import { gcpAliases, gcpRegions, gcpSpanning } from "./gcp.js";

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

/** Names of places that are no regions to move to. */
const places: Readonly<Record<Cloud, ReadonlyMap<string, string | null>>> = {
  aws: byRegion(awsZones),
  azure: byRegion(azureGeographies, azureSpanning),
  gcp: new Map(),
};

/** The names by which a place may be known, the most precise first: a zone's own, its group's, its region's. */
function namesOf(cloud: Cloud, name: string): string[] {
  if (cloud === "azure") return [name];
  if (cloud === "gcp") return [name, name.replace(/-[a-z]$/, "")];
  const region = /^[a-z]+(?:-[a-z]+)+-\d+/.exec(name)?.[0];
  return [name, name.replace(/[a-z]$/, ""), ...(region === undefined ? [] : [region])];
}

/** What the table says of a name; a zone abroad has its own country. */
function inTable(cloud: Cloud, name: string): string | null | undefined {
  const known = tables[cloud].get(name);
  return known === undefined ? places[cloud].get(name) : known;
}

const names: Readonly<Record<Cloud, Map<string, string>>> = { aws: new Map(), azure: new Map(), gcp: new Map() };

/** A region as the tables spell it: `West Europe` is `westeurope`; the region of a self link is its last part. */
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
const none: Overrides = {};

const spelledOverrides = new WeakMap<Overrides, Map<Cloud, ReadonlyMap<string, string | null>>>();

/** What a rules file says of regions, in whatever spelling of a cloud. */
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

/** Two names of one region of a cloud that are given different countries; undefined where there are none. */
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
 * The country of a region.
 * @param overrides what the rules file says of regions, before the table; of a region it holds for its zones, but for those
 *   that are known to be abroad
 * @returns ISO 3166-1 alpha-2; null for a region that spans countries; undefined for one that is not known
 */
export function countryOfRegion(cloud: Cloud, name: string, overrides: Overrides = none): string | null | undefined {
  const own = overridesFor(cloud, overrides);
  for (const of of namesOf(cloud, regionName(cloud, name))) {
    const given = own.get(of);
    const country = given === undefined ? inTable(cloud, of) : given;
    if (country !== undefined) return country;
  }
  return undefined;
}

/** The public regions of a cloud in a country. */
export function regionsIn(cloud: Cloud, country: string): string[] {
  return [...tables[cloud]].filter(([, of]) => of === country).map(([name]) => name);
}

/** Every region that the table of a cloud knows. */
export function knownRegions(cloud: Cloud): string[] {
  return [...tables[cloud].keys()];
}
