import { UNKNOWN, type Resource } from "../resource/resource.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";
import { awsNativeGlobal } from "./aws.js";
import { globalTypes } from "./global-types.js";
import { regionName, type Cloud } from "./index.js";
import { memoize } from "../../../provider/platform/memoize.js";

type Properties = Readonly<Record<string, unknown>>;

/** Clouds by the prefix of a type: packages of Pulumi, then providers of Terraform. */
const clouds: Readonly<Record<string, Cloud>> = {
  aws: "aws",
  "aws-native": "aws",
  azure: "azure",
  "azure-native": "azure",
  gcp: "gcp",
  "google-native": "gcp",
  awscc: "aws",
  azurerm: "azure",
  azapi: "azure",
  google: "gcp",
};

/** Returns the cloud of a type, such as `aws:ec2/vpc:Vpc` in Pulumi or `aws_vpc` in Terraform. */
export function cloudOf(type: string): Cloud | undefined {
  return clouds[type.slice(0, type.search(/[:_]/))];
}

/** Properties with the region or zone of a resource, the most precise first. */
const places: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["availabilityZone", "region", "awsRegion"],
  azure: ["edgeZone", "location"],
  gcp: ["zone", "region", "location", "locationId"],
};

/**
 * Settings of a provider with the region of its resources, by the prefix of their types. Azure's packages and google-native have
 * no entry: they copy the region into each regional resource before a policy reads it.
 */
const providerPlaces: Readonly<Record<string, readonly string[]>> = {
  "aws:": ["region"],
  "aws-native:": ["region"],
  aws_: ["region"],
  awscc_: ["region"],
  "gcp:": ["region", "zone"],
  google_: ["region", "zone"],
};

/** ARNs that identify a resource of AWS WAF for CloudFront. `resourceArn` and `webAclArn` are ARNs of related resources. */
const wafArns = ["arn", "resourceArn", "webAclArn"];

/** All properties of a resource or its provider that can determine its region. */
export const regionProperties: readonly string[] = [
  ...Object.values(places).flat(),
  ...Object.values(providerPlaces).flat(),
  ...wafArns,
  ...["extendedLocation", "scope"],
];

/** Locations of global services, which have no region. */
const everywhere = new Set(["global", "aws-global", "worldwide"]);

/** Returns the first of these properties that is set; `UNKNOWN` if it is unknown. With `isComputed`, known ones take precedence. */
function place(
  properties: Properties,
  names: readonly string[],
  isComputed = false,
): string | typeof UNKNOWN | undefined {
  let open = false;
  for (const name of names) {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (value === UNKNOWN && !isComputed) return UNKNOWN;
    if (value === UNKNOWN) open = true;
    if (typeof value === "string" && value !== "") return value;
  }
  return open ? UNKNOWN : undefined;
}

function regionOfArn({ arn }: Properties): string | undefined {
  const region = typeof arn === "string" && arn.startsWith("arn:") ? arn.split(":")[3] : undefined;
  return region === "" ? undefined : region;
}

/** Returns the edge zone, which is more precise than its Azure region. The id of a custom location is not an edge zone. */
function edgeZone({ extendedLocation: zone }: Properties): string | typeof UNKNOWN | undefined {
  if (typeof zone !== "object" || zone === null) return undefined;
  const name = place(zone as Properties, ["name"]);
  return typeof name === "string" && name.includes("/") ? undefined : name;
}

const prefixOf = (type: string): string => type.slice(0, type.search(/[:_]/) + 1);

const patterns = new Map<string, readonly string[]>(
  Object.entries({ ...globalTypes, ...awsNativeGlobal }).map(([prefix, text]) => [prefix, text.trim().split(/\s+/)]),
);

/** Returns whether a type has no region, whatever its provider's is. `aws:ec2/vpc:Vpc` is `ec2/vpc` in the tables. */
const isGlobal = memoize((type: string): boolean => {
  const prefix = prefixOf(type);
  const name = type.slice(prefix.length).replace(/^([^:]*\/[^:]*):.*$/, "$1");
  return patterns.get(prefix)?.some((pattern) => matchesWildcard(pattern, name)) ?? false;
});

/** Returns whether a resource belongs to AWS WAF for CloudFront: it is global, although its region and ARN have us-east-1. */
function isOfCloudFront({ type, properties }: Resource): boolean | typeof UNKNOWN {
  if (!/^(?:aws(?:-native)?:|aws(?:cc)?_)wafv2[/:_]/.test(type)) return false;
  const { scope } = properties;
  if (scope === UNKNOWN) return UNKNOWN;
  if (typeof scope === "string" && scope !== "") return scope === "CLOUDFRONT";
  const arns = wafArns.map((name) => properties[name]);
  if (arns.some((arn) => typeof arn === "string" && arn.includes(":global/"))) return true;
  return arns.slice(1).includes(UNKNOWN) ? UNKNOWN : false;
}

/** Matches types of interconnects. Their `location` is a colocation facility, not a region. */
const interconnect =
  /^(?:gcp:compute\/interconnect:|google_compute_interconnect$|google-native:compute\/[^:]*:Interconnect$)/;

/** Returns whether a resource has no region, even if its properties have one; `UNKNOWN` if the update decides. */
function isNowhere(resource: Resource): boolean | typeof UNKNOWN {
  return interconnect.test(resource.type) || isOfCloudFront(resource);
}

/** Returns the region in the configuration of the provider. */
function providerPlace({ type, provider }: Resource): string | typeof UNKNOWN | undefined {
  return provider === undefined ? undefined : place(provider, providerPlaces[prefixOf(type)] ?? []);
}

/** Returns the region of a resource without its own location: from its ARN, else from its provider. */
function placeElsewhere(cloud: Cloud, resource: Resource): string | typeof UNKNOWN | undefined {
  if (isGlobal(resource.type)) return undefined;
  return (cloud === "aws" ? regionOfArn(resource.properties) : undefined) ?? providerPlace(resource);
}

/**
 * Returns the region of a cloud resource: its own property, else, for a regional type, the region of its ARN or provider.
 * @returns undefined if the resource has no region; an undefined name if the update decides
 */
export function regionOf(resource: Resource): { cloud: Cloud; name: string | undefined } | undefined {
  const { type, properties } = resource;
  const cloud = cloudOf(type);
  if (cloud === undefined) return undefined;
  const nowhere = isNowhere(resource);
  if (nowhere === UNKNOWN) return { cloud, name: undefined };
  if (nowhere) return undefined;
  // In a Terraform plan, an unknown property is usually computed by the provider: it does not hide a known one.
  const isComputed = !type.includes(":");
  const own = (cloud === "azure" ? edgeZone(properties) : undefined) ?? place(properties, places[cloud], isComputed);
  const open = own === UNKNOWN;
  const found = (open && isComputed ? undefined : own) ?? placeElsewhere(cloud, resource);
  if (found === undefined) return open ? { cloud, name: undefined } : undefined;
  if (found === UNKNOWN) return { cloud, name: undefined };
  const name = regionName(cloud, found);
  return everywhere.has(name) ? undefined : { cloud, name };
}
