import { conventionalRules, parseRulesFile } from "../../policy/rules/file/rules-file.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { evaluate } from "../../policy/rules/index.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const inventory = arrayInventory(
  ["LOC-1", "LOC-2", "Loc 3", "AMS/1", "ams_1", "Twin", "TWIN"].map((id) => ({
    kind: "location" as const,
    id,
    attributes: { id },
  })),
);

const resource = (type: string, properties: Record<string, unknown>, more: Partial<Resource> = {}): Resource => ({
  urn: `urn:pulumi:dev::net::${type}::it`,
  type,
  name: "it",
  properties,
  ...more,
});

function located(type: string, properties: Record<string, unknown>): string[] {
  const { references } = resolveReferences(resource(type, properties), conventionalRules, new Lookup(inventory));
  return references.filter(({ kind }) => kind === "location").flatMap(({ ids }) => ids);
}

describe("without a rules file", () => {
  test.each([
    ["AWS tags", "aws:ec2/vpc:Vpc", { tags: { "cmdb:location": "LOC-1" } }],
    ["AWS tags that the provider worked out", "aws:ec2/vpc:Vpc", { tags: {}, tagsAll: { "cmdb:location": "LOC-1" } }],
    ["AWS Cloud Control's list", "aws-native:ec2:Vpc", { tags: [{ key: "cmdb:location", value: "LOC-1" }] }],
    ["CloudFormation's list", "aws-native:x:Y", { tags: [{ Key: "cmdb:location", Value: "LOC-1" }] }],
    ["Azure tags", "azure-native:network:VirtualNetwork", { tags: { "cmdb:location": "LOC-1" } }],
    ["Google Cloud labels, lower-case", "gcp:compute/instance:Instance", { labels: { "cmdb-location": "loc-1" } }],
    ["Google Cloud labels with an underscore", "gcp:x/y:Z", { labels: { cmdb_location: "loc-1" } }],
    [
      "Google Cloud SQL labels",
      "gcp:sql/databaseInstance:DatabaseInstance",
      { settings: { userLabels: { "cmdb-location": "loc-1" } } },
    ],
    ["Kubernetes labels", "kubernetes:core/v1:Service", { metadata: { labels: { "cmdb/location": "LOC-1" } } }],
    [
      "Kubernetes annotations",
      "kubernetes:core/v1:Service",
      { metadata: { annotations: { "cmdb/location": "LOC-1" } } },
    ],
    ["Terraform: AWS tags", "aws_vpc", { tags: { "cmdb:location": "LOC-1" }, tags_all: { "cmdb:location": "LOC-1" } }],
    ["Terraform: AWS tag blocks", "aws_autoscaling_group", { tag: [{ key: "cmdb:location", value: "LOC-1" }] }],
    ["Terraform: Azure tags", "azurerm_virtual_network", { tags: { "cmdb:location": "LOC-1" } }],
    ["Terraform: Google Cloud labels", "google_compute_instance", { labels: { "cmdb-location": "loc-1" } }],
    [
      "Terraform: Google Cloud labels that the provider adds",
      "google_compute_instance",
      { labels: {}, terraformLabels: { cmdb_location: "loc-1" } },
    ],
    [
      "Terraform: Google Cloud SQL's block",
      "google_sql_database_instance",
      { settings: [{ user_labels: { "cmdb-location": "loc-1" } }] },
    ],
    [
      "Terraform: Kubernetes' block",
      "kubernetes_service",
      { metadata: [{ labels: { app: "web" }, annotations: { "cmdb/location": "LOC-1" } }] },
    ],
    [
      "Terraform: a Kubernetes manifest",
      "kubernetes_manifest",
      { manifest: { metadata: { labels: { "cmdb/location": "LOC-1" } } } },
    ],
    ["Terraform: Meraki tags", "meraki_networks", { tags: ["branch", "cmdb:location=LOC-1"] }],
    ["Meraki tags", "meraki:networks/network:Network", { tags: ["branch", "cmdb:location=LOC-1"] }],
    ["Azure tags in any case", "azure-native:network:VirtualNetwork", { tags: { "CMDB:Location": "LOC-1" } }],
    ["Terraform: Azure tags in any case", "azurerm_virtual_network", { tags: { "Cmdb-LOCATION": "LOC-1" } }],
    ["DigitalOcean's texts", "digitalocean:index/droplet:Droplet", { tags: ["web", "cmdb:location:LOC-1"] }],
    ["Datadog's texts", "datadog_monitor", { tags: ["env:prod", "cmdb-location:LOC-1"] }],
    ["a list of names and values", "x:y:Z", { tags: [{ name: "cmdb:location", value: "LOC-1" }] }],
    ["Oracle Cloud's freeform tags", "oci:Core/vcn:Vcn", { freeformTags: { "cmdb-location": "LOC-1" } }],
    ["Oracle Cloud's defined tags", "oci:Core/vcn:Vcn", { definedTags: { "Operations.Cmdb-Location": "LOC-1" } }],
    [
      "Oracle Cloud's namespace",
      "oci_core_vcn",
      { definedTags: { a: { b: "c" }, cmdb: {}, "cmdb.location": "LOC-1" } },
    ],
    ["Oracle Cloud's nested namespace", "oci_core_vcn", { definedTags: { Ops: { cmdb_location: "LOC-1" } } }],
    ["a tag of AWS", "aws:ec2/tag:Tag", { resourceId: "i-1", key: "cmdb:location", value: "LOC-1" }],
    ["Terraform: a tag of AWS", "aws_ec2_tag", { resource_id: "i-1", key: "cmdb:location", value: "LOC-1" }],
    ["a group's tag of AWS", "aws:autoscaling/tag:Tag", { tag: { key: "cmdb:location", value: "LOC-1" } }],
    ["Terraform: a group's tag", "aws_autoscaling_group_tag", { tag: [{ key: "cmdb:location", value: "LOC-1" }] }],
    [
      "tags of a Cognito mapping",
      "aws_cognito_identity_pool_provider_principal_tag",
      { tags: { "cmdb:location": "LOC-1" } },
    ],
    ["our tracked records", "pulumi-nodejs:dynamic/orange-cmdb:Location", { locationId: "LOC-1" }],
    ["those of the provider plugin", "orange-cmdb:index:Location", { locationId: "LOC-1" }],
  ])("a reference is read from %s", (_name, type, properties) => {
    expect(located(type, properties)).toEqual(["LOC-1"]);
  });

  test.each([
    ["tags of AWS in another case", "aws:ec2/vpc:Vpc", { tags: { "CMDB:Location": "LOC-1" } }],
    [
      "a text without a value",
      "digitalocean:index/droplet:Droplet",
      { tags: ["cmdb:location", "cmdb:locations:LOC-1"] },
    ],
    ["another tag of AWS", "aws_ec2_tag", { key: "Name", value: "LOC-1" }],
    ["a key and a value of what is not a tag", "aws:ssm/parameter:Parameter", { key: "cmdb:location", value: "LOC-1" }],
    ["another defined tag", "oci_core_vcn", { definedTags: { "Operations.location": "LOC-1" } }],
  ])("no reference is read from %s", (_name, type, properties) => {
    expect(located(type, properties)).toEqual([]);
  });

  test("a tag of AWS whose value a preview does not know is undecided", () => {
    const tag = resource("aws:ec2/tag:Tag", { key: "cmdb:location", value: UNKNOWN });
    const { references } = resolveReferences(tag, conventionalRules, new Lookup(inventory));
    expect(references.filter(({ undecided }) => undecided).map(({ kind }) => kind)).toEqual(["location"]);
  });

  test("a tag of AWS does not claim its record beside the tagged resource", () => {
    const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location" }], unique: { location: 1 } }, "test");
    const tags = { "cmdb:location": "LOC-1" };
    const tag = resource("aws_ec2_tag", { key: "cmdb:location", value: "LOC-1" });
    const claim = (name: string): Resource => ({
      ...resource("aws_vpc", { tags }),
      urn: `urn:pulumi:dev::net::aws_vpc::${name}`,
    });
    expect(evaluate([claim("a"), tag], inventory, rules).findings).toEqual([]);
    expect(evaluate([claim("a"), claim("b"), tag], inventory, rules).findings).toHaveLength(1);
  });

  test.each([
    ["a list", ["LOC-1", "LOC-2"]],
    ["a list as JSON", '["LOC-1", "LOC-2"]'],
    ["spaces, which AWS tags allow", "LOC-1 LOC-2"],
    ["commas", "LOC-1,LOC-2"],
  ])("several references are read from %s", (_name, value) => {
    expect(located("aws:ec2/vpc:Vpc", { tags: { "cmdb:location": value } })).toEqual(["LOC-1", "LOC-2"]);
  });

  test("an id with a space is read if the inventory has that id", () => {
    expect(located("aws:ec2/vpc:Vpc", { tags: { "cmdb:location": "Loc 3" } })).toEqual(["Loc 3"]);
  });

  test("a required reference is read from the default tags of the provider", () => {
    const rules = parseRulesFile({ references: [{ types: ["aws:*"], kind: "location", required: true }] }, "test");
    const provider = { defaultTags: JSON.stringify({ tags: { "cmdb:location": "LOC-1" } }) };
    const { references } = resolveReferences(
      resource("aws:ec2/vpc:Vpc", { a: 1 }, { provider }),
      rules,
      new Lookup(inventory),
    );
    expect(references[0]?.ids).toEqual(["LOC-1"]);
  });
});

const messages = (type: string, properties: Record<string, unknown>): string[] =>
  evaluate([resource(type, properties)], inventory, conventionalRules).findings.map(({ message }) => message);

describe("a Google Cloud label", () => {
  const label = (value: string): Record<string, unknown> => ({ labels: { "cmdb-location": value } });

  test("that matches several ids is reported as ambiguous", () => {
    expect(messages("gcp:x/y:Z", label("twin"))).toEqual([
      expect.stringMatching(/"twin".*can be any of "TWIN", "Twin"/),
    ]);
  });

  test("matches ids whose characters it replaces by a dash", () => {
    expect(located("gcp:x/y:Z", label("ams-1"))).toEqual(["AMS/1"]);
    expect(located("gcp:x/y:Z", label("ams_1"))).toEqual(["ams_1"]);
  });

  test("of Terraform is lower-case as well", () => {
    const { findings } = evaluate([resource("google_x", label("twin"))], inventory, conventionalRules);
    expect(findings.map(({ message }) => message)).toEqual([expect.stringMatching(/"twin".*can be any of/)]);
  });

  test("of other clouds keeps its case", () => {
    expect(messages("aws:x/y:Z", label("loc-1"))).toEqual([expect.stringContaining("does not have")]);
  });
});

test("unknown values are undecided at preview, and derived values are ignored", () => {
  expect(messages("aws:x/y:Z", { tags: UNKNOWN })).toMatchInlineSnapshot(`
   [
     "it: tag cmdb:configuration-item, tag cmdb:location, tag cmdb:service-point are unknown at preview and will be checked during the update",
   ]
  `);
  expect(messages("aws:x/y:Z", { tags: {}, tagsAll: UNKNOWN })).toEqual([]);
  expect(messages("google_x", { labels: {}, terraformLabels: UNKNOWN, effectiveLabels: UNKNOWN })).toEqual([]);
  expect(messages("kubernetes_service", { metadata: [{ uid: UNKNOWN, labels: {} }] })).toEqual([]);
  expect(messages("kubernetes_service", { metadata: [{ annotations: UNKNOWN }] })).toEqual([
    expect.stringContaining("unknown at preview"),
  ]);
  expect(messages("aws:x/y:Z", { tags: { Name: UNKNOWN, "cmdb:location": "LOC-1" } })).toEqual([]);
});
