import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile } from "../../policy/rules/file/rules-file.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import fc from "../helpers/fast-check";
import { arrayInventory } from "./helpers/array-inventory.js";
import { typesOf, type Facts } from "./helpers/region-types.js";

const root = resolve(__dirname, "../..");
const fixture = join(root, "test/fixtures/region-types.json");
const facts = JSON.parse(readFileSync(fixture, "utf8")) as Facts;
const { regional, global } = typesOf(facts);

function compare(...args: string[]): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, ["tools/regions.mjs", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, lines: stdout.trim().split("\n") };
}

test("the tables agree with the providers' packages on every type", () => {
  const { status, lines } = compare();
  expect(lines).toEqual([expect.stringMatching(/^\d{4} types compared, 0 differ$/)]);
  expect(status).toBe(0);
});

test("the comparison reports a type that a package puts elsewhere than the tables", () => {
  const changed = structuredClone(facts);
  const aws = changed["aws:"];
  if (!aws) throw new Error("no types of aws:");
  aws.regional["iam"] = "/role:Role";
  aws.global["ec2"] = "/vpc:Vpc";
  const folder = mkdtempSync(join(tmpdir(), "facts-"));
  const file = join(folder, "facts.json");
  writeFileSync(file, JSON.stringify(changed));
  const { status, lines } = compare("--facts", file);
  rmSync(folder, { recursive: true });
  expect(lines.slice(0, -1).sort()).toMatchInlineSnapshot(`
   [
     "aws:ec2/vpc:Vpc lies in no region",
     "aws:iam/role:Role lies in its provider's region",
   ]
  `);
  expect(status).toBe(1);
});

const rules = parseRulesFile(
  { references: [{ types: ["*"], kind: "location" }], residency: { countryFrom: "location" } },
  "test",
);
const inventory = arrayInventory([{ kind: "location", id: "PAR", country: "France", attributes: { id: "PAR" } }]);
const abroad = { aws: { region: "eu-west-1" }, azure: { location: "westeurope" }, google: { region: "europe-west1" } };

/** The findings of a resource of Paris that its provider makes abroad. */
function findings(type: string, properties: Resource["properties"]): readonly string[] {
  const resource: Resource = {
    urn: `urn:pulumi:a::b::${type}::x`,
    type,
    name: "x",
    properties: {
      tags: { "cmdb:location": "PAR" },
      labels: { "cmdb-location": "par" },
      // What a resource that is a tag of another one has.
      ...{ key: "cmdb:location", value: "PAR" },
      ...properties,
    },
    provider: abroad[(/^(aws|azure)/.exec(type)?.[0] as "aws" | "azure" | undefined) ?? "google"],
  };
  return evaluate([resource], inventory, rules).findings.map(({ message }) => message);
}

/** What a plan leaves open, and what a state has beside it. */
const computed = fc.record(
  {
    arn: fc.constant(UNKNOWN),
    id: fc.constantFrom(UNKNOWN, "x"),
    region: fc.constant(null),
    location: fc.constant(null),
    name: fc.string(),
  },
  { requiredKeys: [] },
);

test("a type without a region of its own is never reported for its provider's region", () => {
  expect(global.length).toBeGreaterThan(1_000);
  fc.assert(
    fc.property(fc.constantFrom(...global), computed, (type, properties) => {
      expect([type, findings(type, properties)]).toEqual([type, []]);
    }),
    { numRuns: 2_000 },
  );
});

test("a type with a region is reported for its provider's region", () => {
  expect(regional.length).toBeGreaterThan(3_000);
  fc.assert(
    fc.property(fc.constantFrom(...regional), computed, (type, properties) => {
      expect([type, findings(type, properties)]).toEqual([type, [expect.stringMatching(/ is in region e/)]]);
    }),
    { numRuns: 2_000 },
  );
});

const webAcl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1";
const regionalAcl = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/1";
const cloudFront: readonly [string, Resource["properties"]][] = [
  ["aws:wafv2/webAcl:WebAcl", { scope: "CLOUDFRONT", region: "us-east-1" }],
  ["aws:wafv2/ipSet:IpSet", { scope: "CLOUDFRONT", arn: UNKNOWN }],
  ["aws:wafv2/ruleGroup:RuleGroup", { arn: webAcl.replace("webacl", "rulegroup") }],
  ["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", { resourceArn: webAcl, region: "us-east-1" }],
  ["aws_wafv2_web_acl", { scope: "CLOUDFRONT", region: "us-east-1" }],
  ["aws_wafv2_regex_pattern_set", { scope: "CLOUDFRONT", arn: webAcl }],
  ["aws_wafv2_web_acl_rule_group_association", { webAclArn: webAcl }],
  ["aws-native:wafv2:WebAcl", { scope: "CLOUDFRONT" }],
  ["awscc_wafv2_web_acl", { scope: "CLOUDFRONT" }],
];

test.each(cloudFront)("%s of CloudFront lies in no region: %j", (type, properties) => {
  expect(findings(type, properties)).toEqual([]);
});

test.each(cloudFront)("%s of a region is reported, unlike %j", (type, properties) => {
  const changed = Object.entries(properties).flatMap(([name, value]): [string, unknown][] => {
    if (name === "region") return [];
    if (name === "scope") return [[name, "REGIONAL"]];
    return [[name, value === UNKNOWN ? value : regionalAcl]];
  });
  expect(findings(type, Object.fromEntries(changed))).toEqual([expect.stringContaining("is in region eu-west-1")]);
});

test("the region of a part of AWS WAF with an unknown scope is decided at the update", () => {
  for (const properties of [{ scope: UNKNOWN }, { resourceArn: UNKNOWN }, { webAclArn: UNKNOWN }])
    expect(findings("aws_wafv2_x", { ...properties, region: "us-east-1" })).toEqual([
      "x: region is unknown at preview and will be checked during the update",
    ]);
});

test.each([
  "aws-native:iam:Role",
  "aws-native:route53:HostedZone",
  "aws-native:cloudfront:Distribution",
  "aws-native:directconnect:DirectConnectGateway",
  "aws-native:ce:CostCategory",
  "awscc_iam_role",
  "awscc_route53_hosted_zone",
  "awscc_directconnect_direct_connect_gateway",
])("%s of CloudFormation lies in no region", (type) => {
  expect(findings(type, {})).toEqual([]);
});

test.each([
  "aws-native:ec2:Vpc",
  "aws-native:route53resolver:ResolverEndpoint",
  "aws-native:directconnect:Connection",
  "awscc_ec2_vpc",
  "awscc_route53resolver_firewall_rule_group",
  "aws:route53/resolverEndpoint:ResolverEndpoint",
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
  "aws_route53_resolver_endpoint",
  "aws_route53_resolver_firewall_rule_group",
  "aws_wafregional_web_acl",
  "google_compute_router",
  "google_compute_region_network_firewall_policy",
  "google_pubsub_lite_topic",
])("%s has a name like a global type, and lies in its provider's region", (type) => {
  expect(findings(type, {})).toEqual([expect.stringContaining("is in region e")]);
});

test.each([
  "gcp:compute/interconnect:Interconnect",
  "google_compute_interconnect",
  "google-native:compute/v1:Interconnect",
])("the building where %s ends is not a region", (type) => {
  const location = "https://www.googleapis.com/compute/v1/projects/p/global/interconnectLocations/iad-zone1-1";
  expect(findings(type, { location })).toEqual([]);
});

test.each([
  ["azure:dns/zone:Zone", undefined],
  ["azure:network/trafficManagerProfile:TrafficManagerProfile", undefined],
  ["azure:frontdoor/frontdoor:Frontdoor", undefined],
  ["azure-native:dns:Zone", "global"],
  ["azure-native:cdn:Profile", "Global"],
  ["azurerm_dns_zone", undefined],
])("%s of Azure with location %s lies in no region", (type, location) => {
  expect(findings(type, { location })).toEqual([]);
});

test.each([
  ["azure:network/virtualNetwork:VirtualNetwork", "West Europe", "NL"],
  ["azure-native:storage:StorageAccount", "germanywestcentral", "DE"],
  ["azurerm_virtual_network", "westeurope", "NL"],
])("%s of Azure lies at its own location, %s", (type, location, country) => {
  expect(findings(type, { location })).toEqual([expect.stringContaining(`, which is in ${country}, but`)]);
});

test.each([
  ["google_artifact_registry_repository", { location: "europe" }],
  ["google_kms_key_ring", { location: "europe" }],
  ["google_storage_bucket", { location: "EU" }],
  ["google_storage_bucket", { location: "ASIA" }],
  ["google_bigquery_dataset", { location: "EU" }],
  ["google_firestore_database", { locationId: "eur3" }],
  ["azure-native:azureactivedirectory:B2CTenant", { location: "Europe" }],
])("%s in the multi-region of %j is in several countries", (type, properties) => {
  expect(findings(type, properties)).toEqual([
    expect.stringContaining(", which spans several countries, but location"),
  ]);
});

test("a type that lies in no region ignores the region of its ARN, and uses a region of its own", () => {
  expect(
    findings("aws:cur/reportDefinition:ReportDefinition", { arn: "arn:aws:cur:us-east-1:1:definition/x" }),
  ).toEqual([]);
  expect(findings("aws_rolesanywhere_profile", { arn: "arn:aws:rolesanywhere:eu-west-1:1:profile/x" })).toEqual([]);
  expect(findings("google_firestore_database", { locationId: "nam5" })).toHaveLength(1);
  expect(findings("google_app_engine_application", { locationId: "europe-west" })).toEqual([
    expect.stringContaining("region europe-west1, which is in BE"),
  ]);
});
