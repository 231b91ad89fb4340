import { unknown, type Resource } from "../types.js";
import { fits } from "../wildcard.js";
import { awsNativeGlobal } from "./aws.js";
import { globalTypes } from "./global-types.js";
import { regionName, type Cloud } from "./index.js";

type Properties = Readonly<Record<string, unknown>>;

/** Pulumi's packages, then Terraform's providers, as their types begin. */
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

/** The cloud of a type: `aws:ec2/vpc:Vpc` in Pulumi, `aws_vpc` in Terraform. */
export function cloudOf(type: string): Cloud | undefined {
  return clouds[type.slice(0, type.search(/[:_]/))];
}

/** Properties that name where a resource lies, the most precise first. */
const places: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["availabilityZone", "region", "awsRegion"],
  azure: ["edgeZone", "location"],
  gcp: ["zone", "region", "location", "locationId"],
};

/**
 * What of a provider's configuration says where its resources lie, by the prefix of their types. Azure's packages and
 * google-native write it into each resource that lies somewhere, before a policy sees it.
 */
const providerPlaces: Readonly<Record<string, readonly string[]>> = {
  "aws:": ["region"],
  "aws-native:": ["region"],
  aws_: ["region"],
  awscc_: ["region"],
  "gcp:": ["region", "zone"],
  google_: ["region", "zone"],
};

/** ARNs that tell a resource of AWS WAF for CloudFront; `resourceArn` and `webAclArn` are of what it belongs to. */
const wafArns = ["arn", "resourceArn", "webAclArn"];

/** All properties of a resource or its provider that may say where it lies. */
export const regionProperties: readonly string[] = [
  ...Object.values(places).flat(),
  ...Object.values(providerPlaces).flat(),
  ...wafArns,
  ...["extendedLocation", "scope"],
];

/** A service that is everywhere lies in no region. */
const everywhere = new Set(["global", "aws-global", "worldwide"]);

/** The first of these properties that is told; `unknown` where it is not known, or (`isComputed`) all that are told are not. */
function place(
  properties: Properties,
  names: readonly string[],
  isComputed = false,
): string | typeof unknown | undefined {
  let open = false;
  for (const name of names) {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (value === unknown && !isComputed) return unknown;
    if (value === unknown) open = true;
    if (typeof value === "string" && value !== "") return value;
  }
  return open ? unknown : undefined;
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

const prefixOf = (type: string): string => type.slice(0, type.search(/[:_]/) + 1);

const patterns = new Map<string, readonly string[]>(
  Object.entries({ ...globalTypes, ...awsNativeGlobal }).map(([prefix, text]) => [prefix, text.trim().split(/\s+/)]),
);

const judged = new Map<string, boolean>();

/** Says a provider's region nothing of this type? `aws:ec2/vpc:Vpc` is `ec2/vpc` in the tables. */
function isGlobal(type: string): boolean {
  let known = judged.get(type);
  if (known === undefined) {
    const prefix = prefixOf(type);
    const name = type.slice(prefix.length).replace(/^([^:]*\/[^:]*):.*$/, "$1");
    known = patterns.get(prefix)?.some((pattern) => fits(pattern, name)) ?? false;
    judged.set(type, known);
  }
  return known;
}

/** Is it of AWS WAF for CloudFront, which is everywhere, though its region and its ARN say us-east-1? */
function isOfCloudFront({ type, properties }: Resource): boolean | typeof unknown {
  if (!/^(?:aws(?:-native)?:|aws(?:cc)?_)wafv2[/:_]/.test(type)) return false;
  const { scope } = properties;
  if (scope === unknown) return unknown;
  if (typeof scope === "string" && scope !== "") return scope === "CLOUDFRONT";
  const arns = wafArns.map((name) => properties[name]);
  if (arns.some((arn) => typeof arn === "string" && arn.includes(":global/"))) return true;
  return arns.slice(1).includes(unknown) ? unknown : false;
}

/** The `location` of an interconnect is a building where cables end. */
const interconnect =
  /^(?:gcp:compute\/interconnect:|google_compute_interconnect$|google-native:compute\/[^:]*:Interconnect$)/;

/** Does it lie in no region, whatever its own properties say? `unknown` if the update decides. */
function isNowhere(resource: Resource): boolean | typeof unknown {
  return interconnect.test(resource.type) || isOfCloudFront(resource);
}

/** What its provider's configuration says of a resource. */
function providerPlace({ type, provider }: Resource): string | typeof unknown | undefined {
  return provider === undefined ? undefined : place(provider, providerPlaces[prefixOf(type)] ?? []);
}

/** Where a resource lies that does not say so itself. */
function placeElsewhere(cloud: Cloud, resource: Resource): string | typeof unknown | undefined {
  if (isGlobal(resource.type)) return undefined;
  return (cloud === "aws" ? regionOfArn(resource.properties) : undefined) ?? providerPlace(resource);
}

/**
 * Returns where a cloud resource lies: its own property, else, where its type lies in a region, what its ARN or its
 * provider's configuration says.
 * @returns undefined for what has no region; a name of undefined where the update decides
 */
export function regionOf(resource: Resource): { cloud: Cloud; name: string | undefined } | undefined {
  const { type, properties } = resource;
  const cloud = cloudOf(type);
  if (cloud === undefined) return undefined;
  const nowhere = isNowhere(resource);
  if (nowhere === unknown) return { cloud, name: undefined };
  if (nowhere) return undefined;
  // In a Terraform plan most that is not known is what the provider itself will work out: it hides nothing that is known.
  const isComputed = !type.includes(":");
  const own = (cloud === "azure" ? edgeZone(properties) : undefined) ?? place(properties, places[cloud], isComputed);
  const open = own === unknown;
  const found = (open && isComputed ? undefined : own) ?? placeElsewhere(cloud, resource);
  if (found === undefined) return open ? { cloud, name: undefined } : undefined;
  if (found === unknown) return { cloud, name: undefined };
  const name = regionName(cloud, found);
  return everywhere.has(name) ? undefined : { cloud, name };
}
