import { unknown, type Resource } from "../types.js";
import { fits } from "../wildcard.js";
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

/** Services of AWS that are the same in all regions. */
const globalAws =
  "account budgets cloudfront globalaccelerator iam networkmanager organizations route53 savingsplans shield waf";
const globalGcp = "billing dns folder iam organizations projects serviceaccount";
const globalGoogle = "billing_* dns_* folder* iam_* organization_* project* service_account*";
const globalCompute = "firewall global* network route";

/** Types whose resources lie where no provider's region says. */
const global: Readonly<Record<Cloud, readonly string[]>> = {
  aws: globalAws.split(" ").flatMap((service) => [`aws:${service}/*`, `aws_${service}_*`]),
  azure: [],
  gcp: [
    ...globalGcp.split(" ").map((service) => `gcp:${service}/*`),
    ...globalGoogle.split(" ").map((name) => `google_${name}`),
    ...globalCompute.split(" ").flatMap((name) => [`gcp:compute/${name}:*`, `google_compute_${name}`]),
  ],
};

/** Properties that name where a resource lies, the most precise first. */
const places: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["availabilityZone", "region", "awsRegion"],
  azure: ["edgeZone", "location"],
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

const globalTypes = new Map<string, boolean>();

function isGlobal(cloud: Cloud, type: string): boolean {
  let known = globalTypes.get(type);
  if (known === undefined) globalTypes.set(type, (known = global[cloud].some((pattern) => fits(pattern, type))));
  return known;
}

/** What its provider's configuration says of a resource; nothing of what is the same in all regions. */
function providerPlace(cloud: Cloud, { type, provider }: Resource): string | typeof unknown | undefined {
  if (provider === undefined || isGlobal(cloud, type)) return undefined;
  return place(provider, providerPlaces[cloud]);
}

/**
 * Where a cloud resource lies: its own property, else what its ARN says, else its provider's configuration.
 * @returns undefined for what has no region; a name of undefined where the update decides
 */
export function regionOf(resource: Resource): { cloud: Cloud; name: string | undefined } | undefined {
  const { type, properties } = resource;
  const cloud = cloudOf(type);
  if (cloud === undefined) return undefined;
  // In a Terraform plan most that is not known is what the provider itself will work out: it hides nothing that is known.
  const isComputed = !type.includes(":");
  const own = (cloud === "azure" ? edgeZone(properties) : undefined) ?? place(properties, places[cloud], isComputed);
  const open = own === unknown;
  const found =
    (open && isComputed ? undefined : own) ??
    (cloud === "aws" ? regionOfArn(properties) : undefined) ??
    providerPlace(cloud, resource);
  if (found === undefined) return open ? { cloud, name: undefined } : undefined;
  if (found === unknown) return { cloud, name: undefined };
  const name = regionName(cloud, found);
  return everywhere.has(name) ? undefined : { cloud, name };
}
