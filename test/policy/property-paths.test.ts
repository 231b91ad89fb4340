import { countryOfRegion, knownRegions, regionsIn, tableDate, type Cloud } from "../../policy/rules/regions/index.js";
import { regionOf } from "../../policy/rules/regions/region-of.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";

/** A place in each country where a cloud is, as its own list of places says. */
const places: Readonly<Record<Cloud, string>> = {
  aws: `ap-southeast-2 AU, ap-east-1 HK, ap-east-2 TW, ap-southeast-7 TH, mx-central-1 MX, ca-west-1 CA, il-central-1 IL,
    us-east-1-bue-1 AR, us-east-1-scl-1a CL, eu-north-1-cph-1a DK, eu-north-1-hel-1a FI, eu-west-3-wl1-cmn-wlz-1 MA,
    us-east-1-qro-1a MX, af-south-1-los-1a NG, ap-southeast-2-akl-1a NZ, me-south-1-mct-1a OM, us-east-1-lim-1a PE,
    ap-southeast-1-mnl-1a PH, eu-central-1-waw-1a PL, eu-west-3-wl1-dkr-wlz-1 SN, ap-southeast-1-bkk-1 TH,
    ap-northeast-1-tpe-1a TW, ap-southeast-1-han-1a VN, us-iso-east-1 US, us-isof-south-1 US`,
  azure: `uaenorth AE, austriaeast AT, australiaeast AU, belgiumcentral BE, brazilsouth BR, canadacentral CA,
    switzerlandnorth CH, chilecentral CL, chinaeast CN, germanywestcentral DE, denmarkeast DK, spaincentral ES,
    finlandcentral FI, francesouth FR, uksouth GB, greececentral GR, eastasia HK, indonesiacentral ID, northeurope IE,
    israelcentral IL, centralindia IN, italynorth IT, japaneast JP, koreacentral KR, mexicocentral MX, malaysiawest MY,
    westeurope NL, norwayeast NO, newzealandnorth NZ, polandcentral PL, qatarcentral QA, saudiarabiaeast SA,
    swedencentral SE, southeastasia SG, taiwannorth TW, southafricanorth ZA, attdallas1 US, usgovtexas US,
    southcentralusstg US, centralus US`,
  gcp: `australia-southeast1 AU, europe-west1 BE, southamerica-east1 BR, northamerica-northeast2 CA, europe-west6 CH,
    southamerica-west1 CL, europe-west3 DE, europe-southwest1 ES, europe-north1 FI, europe-west2 GB, asia-east2 HK,
    asia-southeast2 ID, me-west1 IL, asia-south2 IN, europe-west12 IT, asia-northeast1 JP, asia-northeast3 KR,
    northamerica-south1 MX, europe-west4 NL, europe-central2 PL, me-central1 QA, me-central2 SA, europe-north2 SE,
    asia-southeast1 SG, asia-southeast3 TH, asia-east1 TW, us-west4-b US, nam4 US, africa-south1-a ZA`,
};

test.each(Object.entries(places) as [Cloud, string][])("every listed place of %s is in its country", (cloud, list) => {
  for (const [place = "", country] of list.split(/,\s+/).map((pair) => pair.split(" ")))
    expect([place, countryOfRegion(cloud, place)]).toEqual([place, country]);
});

test.each<[Cloud, string]>([
  ["azure", "francecentrala"],
  ["azure", "francecentral-a"],
  ["azure", "eu-west-3"],
  ["aws", "nowhere"],
  ["aws", "x.eu-west-3"],
  ["aws", ""],
  ["gcp", ""],
  ["gcp", "europe-west9-ab"],
])("%s has no place %j", (cloud, name) => {
  expect(countryOfRegion(cloud, name)).toBeUndefined();
});

test("a zone has the country of its region, unless it is abroad", () => {
  expect(countryOfRegion("aws", "us-gov-west-1a")).toBe("US");
  expect(countryOfRegion("aws", "us-gov-west-1-xyz-1a")).toBe("US");
  expect(countryOfRegion("aws", "eu-west-3-zzz-1a")).toBe("FR");
  expect(countryOfRegion("gcp", "eur4")).toBeNull();
});

test("a cloud lists all regions, and those of a country", () => {
  expect(knownRegions("aws")).toEqual(expect.arrayContaining(["eu-west-3", "us-gov-east-1"]));
  expect(knownRegions("gcp")).toEqual(expect.arrayContaining(["europe-west9", "emea"]));
  for (const cloud of ["aws", "azure", "gcp"] as const)
    for (const name of knownRegions(cloud)) expect(name).toMatch(/^[a-z][a-z0-9-]+$/);
  expect(regionsIn("gcp", "DE")).toEqual(["europe-west3", "europe-west10"]);
  expect(tableDate).toMatch(/^20\d\d-\d\d$/);
});

const of = (type: string, properties: Record<string, unknown>, provider?: Record<string, unknown>): unknown => {
  const resource: Resource = { urn: "u", type, name: "n", properties, ...(provider ? { provider } : {}) };
  const region = regionOf(resource);
  return region && [region.cloud, region.name];
};

test.each([
  ["aws:x/y:Z", { region: "eu-west-3" }, ["aws", "eu-west-3"]],
  ["aws-native:x:Z", { region: "eu-west-3" }, ["aws", "eu-west-3"]],
  ["aws:x/y:Z", { awsRegion: "eu-west-3" }, ["aws", "eu-west-3"]],
  ["aws:x/y:Z", { availabilityZone: "eu-west-3a", region: "eu-west-3" }, ["aws", "eu-west-3a"]],
  ["aws:x/y:Z", { region: "", awsRegion: "eu-west-3" }, ["aws", "eu-west-3"]],
  ["aws:x/y:Z", { location: "eu-west-3" }, undefined],
  ["aws:x/y:Z", { arn: "arn:aws:sqs:eu-west-3:1:q" }, ["aws", "eu-west-3"]],
  ["aws:x/y:Z", { arn: "arn:aws:iam::1:role/x" }, undefined],
  ["aws:x/y:Z", { arn: "not:an:arn:eu-west-3" }, undefined],
  ["gcp:x/y:Z", { arn: "arn:aws:sqs:eu-west-3:1:q" }, undefined],
  ["aws:x/y:Z", { region: "aws-global" }, undefined],
  ["azure:x/y:Z", { location: "West Europe" }, ["azure", "westeurope"]],
  ["azure:x/y:Z", { location: "West \t Europe" }, ["azure", "westeurope"]],
  ["azure-native:x:Z", { location: "worldwide" }, undefined],
  ["azure-native:x:Z", { location: "westus", extendedLocation: null }, ["azure", "westus"]],
  ["azure-native:x:Z", { location: "westus", extendedLocation: "losangeles" }, ["azure", "westus"]],
  ["azure-native:x:Z", { location: "westus", extendedLocation: { name: "/subscriptions/x" } }, ["azure", "westus"]],
  ["azure-native:x:Z", { location: "westus", extendedLocation: { name: UNKNOWN } }, ["azure", undefined]],
  ["azure-native:x:Z", { extendedLocation: { name: "losangeles" } }, ["azure", "losangeles"]],
  ["aws:x/y:Z", { region: "eu-west-3", extendedLocation: { name: "losangeles" } }, ["aws", "eu-west-3"]],
  ["gcp:x/y:Z", { zone: "europe-west9-a", region: "europe-west9" }, ["gcp", "europe-west9-a"]],
  ["gcp:x/y:Z", { location: "EU" }, ["gcp", "eu"]],
  ["google-native:x:Z", { location: "us" }, ["gcp", "us"]],
  ["gcp:x/y:Z", { region: "https://x/projects/p/regions/europe-west9" }, ["gcp", "europe-west9"]],
  ["gcp:x/y:Z", { region: 7, location: "us" }, ["gcp", "us"]],
  ["gcp:x/y:Z", { location: "global" }, undefined],
  ["gcp:x/y:Z", {}, undefined],
  ["kubernetes:x:Z", { region: "eu-west-3" }, undefined],
])("%s with %j lies in %j", (type, properties, region) => {
  expect(of(type, properties)).toEqual(region);
  // Also where it is known already.
  expect(of(type, properties)).toEqual(region);
});

test.each([
  ["aws:x/y:Z", { region: "eu-west-3" }, ["aws", "eu-west-3"]],
  ["azure:x/y:Z", { location: "westus" }, undefined],
  ["google-native:x/v1:Z", { region: "us-east1" }, undefined],
  ["gcp:x/y:Z", { zone: "europe-west9-a", region: "us-east1" }, ["gcp", "us-east1"]],
  ["gcp:x/y:Z", { zone: "europe-west9-a" }, ["gcp", "europe-west9-a"]],
  ["gcp:x/y:Z", { location: "us" }, undefined],
  ["gcp:x/y:Z", undefined, undefined],
])("%s of a provider with %j lies in %j", (type, provider, region) => {
  expect(of(type, {}, provider)).toEqual(region);
});

test("each cloud interprets the same text by its own names", () => {
  expect(of("azure:x/y:Z", { location: "a/B c" })).toEqual(["azure", "a/bc"]);
  expect(of("gcp:x/y:Z", { location: "a/B c" })).toEqual(["gcp", "b c"]);
});
