import { unknown, type Resource } from "../types.js";
import type { Cloud } from "./index.js";

type Properties = Readonly<Record<string, unknown>>;

const clouds: Readonly<Record<string, Cloud>> = {
  aws: "aws",
  "aws-native": "aws",
  azure: "azure",
  "azure-native": "azure",
  gcp: "gcp",
  "google-native": "gcp",
};

/** Properties that name where a resource lies, the most precise first. */
const places: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["availabilityZone", "region", "awsRegion"],
  azure: ["location"],
  gcp: ["zone", "region", "location"],
};

const providerPlaces: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["region"],
  azure: ["location"],
  gcp: ["region", "zone"],
};

/** All properties of a resource or its provider that may say where it lies. */
export const regionProperties: readonly string[] = [
  ...Object.values(places).flat(),
  ...Object.values(providerPlaces).flat(),
  ...["arn", "extendedLocation"],
];

/** A service that is everywhere lies in no region. */
const everywhere = new Set(["global", "aws-global", "worldwide"]);

function place(properties: Properties, names: readonly string[]): string | typeof unknown | undefined {
  for (const name of names) {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (value === unknown) return unknown;
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

const names: Readonly<Record<Cloud, Map<string, string>>> = { aws: new Map(), azure: new Map(), gcp: new Map() };

/** `West Europe` is `westeurope`; the region of a self link is its last part. */
function normal(cloud: Cloud, text: string): string {
  let name = names[cloud].get(text);
  if (name === undefined) names[cloud].set(text, (name = normalized(cloud, text)));
  return name;
}

function normalized(cloud: Cloud, text: string): string {
  if (cloud === "azure") return text.toLowerCase().replace(/\s+/g, "");
  return (text.split("/").at(-1) ?? text).toLowerCase();
}

function regionOfArn({ arn }: Properties): string | undefined {
  const region = typeof arn === "string" && arn.startsWith("arn:") ? arn.split(":")[3] : undefined;
  return region === "" ? undefined : region;
}

/** An edge zone is nearer than the Azure region that it belongs to; a custom location's id is none. */
function edgeZone({ extendedLocation: zone }: Properties): string | typeof unknown | undefined {
  if (typeof zone !== "object" || zone === null) return undefined;
  const name = place(zone as Properties, ["name"]);
  return typeof name === "string" && name.includes("/") ? undefined : name;
}

/**
 * Where a cloud resource lies: its own property, else what its ARN says, else its provider's configuration.
 * @returns undefined for what has no region; a name of undefined where the update decides
 */
export function regionOf({
  type,
  properties,
  provider,
}: Resource): { cloud: Cloud; name: string | undefined } | undefined {
  const cloud = clouds[type.slice(0, type.indexOf(":"))];
  if (cloud === undefined) return undefined;
  const own =
    (cloud === "azure" ? edgeZone(properties) : undefined) ??
    place(properties, places[cloud]) ??
    (cloud === "aws" ? regionOfArn(properties) : undefined) ??
    (provider === undefined ? undefined : place(provider, providerPlaces[cloud]));
  if (own === undefined) return undefined;
  if (own === unknown) return { cloud, name: undefined };
  const name = normal(cloud, own);
  return everywhere.has(name) ? undefined : { cloud, name };
}
