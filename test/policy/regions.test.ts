import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countryCode } from "../../provider/model/countries.js";
import { countryOfRegion, knownRegions, regionsIn, type Cloud } from "../../policy/rules/regions/index.js";
import { regionOf } from "../../policy/rules/regions/region-of.js";
import { parseRulesFile } from "../../policy/rules/file/rules-file.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";

const resource = (type: string, properties: Record<string, unknown>, provider?: Record<string, unknown>): Resource => ({
  urn: "urn:pulumi:dev::p::t::n",
  type,
  name: "n",
  properties,
  ...(provider ? { provider } : {}),
});

test.each<[Cloud, string, string | null | undefined]>([
  ["aws", "eu-west-3", "FR"],
  ["aws", "eu-west-3a", "FR"],
  ["aws", "us-gov-west-1", "US"],
  ["aws", "cn-north-1", "CN"],
  ["aws", "eusc-de-east-1", "DE"],
  ["aws", "us-east-1-bos-1a", "US"],
  ["aws", "us-east-1-lim-1a", "PE"],
  ["aws", "eu-central-1-waw-1a", "PL"],
  ["aws", "eu-west-2-wl1-lon-wlz-1", "GB"],
  ["aws", "xx-nowhere-1", undefined],
  ["azure", "francecentral", "FR"],
  ["azure", "usgovvirginia", "US"],
  ["azure", "chinanorth3", "CN"],
  ["gcp", "europe-west9", "FR"],
  ["gcp", "europe-west9-a", "FR"],
  ["gcp", "eu", null],
  ["gcp", "us", "US"],
])("%s %s lies in %s", (cloud, region, country) => {
  expect(countryOfRegion(cloud, region)).toBe(country);
});

test("a rules file overrides the country of a region", () => {
  expect(countryOfRegion("aws", "eu-west-3", { "eu-west-3": "BE" })).toBe("BE");
  expect(countryOfRegion("aws", "eu-new-1", { "eu-new-1": null })).toBeNull();
});

test.each<[Cloud, string, Record<string, string | null>, string | null]>([
  ["aws", "eu-west-9a", { "eu-west-9": "FR" }, "FR"],
  ["aws", "eu-west-3a", { "eu-west-3": "DE" }, "DE"],
  ["aws", "eu-west-3a", { "eu-west-3": null }, null],
  ["aws", "eu-west-3a", { "EU-West-3": "DE", "eu-west-3a": "BE" }, "BE"],
  ["aws", "eu-west-12a", { "eu-west-1": "BE", "eu-west-12": "FR" }, "FR"],
  ["aws", "eu-west-9-lil-1a", { "eu-west-9": "FR" }, "FR"],
  ["aws", "eu-west-9-bru-1a", { "eu-west-9": "FR", "eu-west-9-bru-1": "BE" }, "BE"],
  ["aws", "us-east-1-lim-1a", { "us-east-1": "CA" }, "PE"],
  ["gcp", "europe-west9-a", { "europe-west9": "DE" }, "DE"],
  ["gcp", "europe-new9-a", { "europe-new9": "PT" }, "PT"],
  ["gcp", "europe-new9-a", { "europe-new9": "PT", "europe-new9-a": "ES" }, "ES"],
])("the rules for a region of %s apply to its zone %s: %j", (cloud, zone, regions, country) => {
  expect(countryOfRegion(cloud, zone, regions)).toBe(country);
});

test.each<[Cloud, string, string]>([
  ["azure", "New Europe", "neweurope"],
  ["azure", "neweurope", "neweurope"],
  ["azure", "NewEurope ", "neweurope"],
  ["aws", "EU-New-1", "eu-new-1"],
  ["gcp", "projects/p/regions/Europe-New9", "europe-new9"],
])("a rules file can name %s %s as the cloud does", (cloud, written, region) => {
  expect(countryOfRegion(cloud, region, { [written]: "PT" })).toBe("PT");
  expect(countryOfRegion(cloud, "other", { [written]: "PT" })).toBeUndefined();
});

test("a region that is listed twice must have one country", () => {
  const parse = (regions: Record<string, string | null>): unknown =>
    parseRulesFile({ residency: { regions } }, "cmdb.rules.yaml").residency?.regions;
  const same = { "West Europe": "NL", westeurope: "NL" };
  expect(parse(same)).toEqual(same);
  expect(() => parse({ "West Europe": "FR", other: "FR", westeurope: "NL" })).toThrowErrorMatchingInlineSnapshot(`
   "cmdb.rules.yaml is not a rules file:
     - residency.regions: "West Europe" and "westeurope" are one region, but have two countries"
  `);
  expect(() => parse({ eu: null, EU: "FR" })).toThrowErrorMatchingInlineSnapshot(`
   "cmdb.rules.yaml is not a rules file:
     - residency.regions: "eu" and "EU" are one region, but have two countries"
  `);
});

test.each([
  ["its own property", resource("aws:ec2/vpc:Vpc", { region: "eu-west-3" }, { region: "us-east-1" }), "eu-west-3"],
  ["its zone", resource("aws:ec2/subnet:Subnet", { availabilityZone: "eu-west-3b" }), "eu-west-3b"],
  ["its ARN", resource("aws:sqs/queue:Queue", { arn: "arn:aws:sqs:eu-west-3:1:q" }), "eu-west-3"],
  ["its provider", resource("aws:ec2/vpc:Vpc", { arn: UNKNOWN }, { region: "eu-west-3" }), "eu-west-3"],
  ["Azure's display name", resource("azure-native:network:VirtualNetwork", { location: "West Europe" }), "westeurope"],
  [
    "an edge zone",
    resource("azure-native:x:Y", { location: "westus", extendedLocation: { name: "losangeles" } }),
    "losangeles",
  ],
  ["a self link", resource("gcp:x/y:Z", { region: "projects/p/regions/europe-west9" }), "europe-west9"],
  ["Terraform: its own property", resource("aws_s3_bucket", { region: "eu-west-3" }), "eu-west-3"],
  [
    "Terraform: its zone",
    resource("aws_subnet", { availabilityZone: "eu-west-3b" }, { region: "eu-west-3" }),
    "eu-west-3b",
  ],
  ["Terraform: its ARN", resource("aws_sqs_queue", { arn: "arn:aws:sqs:eu-west-3:1:q" }), "eu-west-3"],
  ["Terraform: its provider", resource("aws_vpc", { arn: UNKNOWN }, { region: "eu-west-3" }), "eu-west-3"],
  [
    "Terraform: its provider, whatever the provider will work out",
    resource("aws_subnet", { availabilityZone: UNKNOWN, arn: UNKNOWN }, { region: "eu-west-3" }),
    "eu-west-3",
  ],
  ["Terraform: nothing that is known", resource("aws_subnet", { availabilityZone: UNKNOWN }), undefined],
  ["Terraform: Azure", resource("azurerm_virtual_network", { location: "West Europe" }), "westeurope"],
  ["Terraform: an edge zone", resource("azurerm_subnet", { location: "westus", edgeZone: "LosAngeles" }), "losangeles"],
  ["Terraform: Google Cloud", resource("google_compute_instance", { zone: "europe-west9-a" }), "europe-west9-a"],
  [
    "Terraform: Google Cloud's provider",
    resource("google_sql_x", { region: null }, { region: "us-east1" }),
    "us-east1",
  ],
  [
    "Terraform: a router, which is not a route",
    resource("google_compute_router", {}, { region: "us-east1" }),
    "us-east1",
  ],
  ["an unknown property", resource("gcp:x/y:Z", { zone: UNKNOWN }, { region: "us-east1" }), undefined],
])("a region is taken from %s", (_name, from, region) => {
  expect(regionOf(from)).toEqual({ cloud: expect.any(String) as string, name: region });
});

test.each([
  resource("aws:iam/role:Role", { name: "x" }),
  resource("kubernetes:core/v1:Service", { region: "eu-west-3" }),
  resource("azure-native:network:FrontDoor", { location: "Global" }),
  resource("aws:iam/role:Role", { name: "x" }, { region: "eu-west-3" }),
  resource("aws:route53/zone:Zone", { name: "x" }, { region: "eu-west-3" }),
  resource("gcp:compute/network:Network", { name: "x" }, { region: "us-east1" }),
  resource("aws_iam_role", { arn: "arn:aws:iam::1:role/x" }, { region: "eu-west-3" }),
  resource("aws_cloudfront_distribution", { arn: UNKNOWN }, { region: "eu-west-3" }),
  resource("google_compute_network", {}, { region: "us-east1" }),
  resource("google_project", {}, { region: "us-east1", zone: "us-east1-a" }),
  resource("kubernetes_service", { region: "eu-west-3" }),
  resource("azurerm_subnet", { name: "x" }),
])("a resource without a place has no region: $type", (from) => {
  expect(regionOf(from)).toBeUndefined();
});

test("the tables know every region that the providers' packages name, and only real countries", () => {
  const named = JSON.parse(readFileSync(join(__dirname, "../fixtures/regions.json"), "utf8")) as Record<
    Cloud,
    string[]
  >;
  for (const cloud of ["aws", "azure", "gcp"] as const) {
    expect(named[cloud].filter((region) => countryOfRegion(cloud, region) === undefined)).toEqual([]);
    for (const region of knownRegions(cloud)) {
      const country = countryOfRegion(cloud, region);
      if (country !== null) expect([region, countryCode(country ?? "")]).toEqual([region, country]);
    }
  }
  expect(regionsIn("aws", "FR")).toEqual(["eu-west-3"]);
});
