import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { unusedEntries } from "../../policy/rules/core/unused-entries";

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const pulumi = [gateway, "aws:s3/bucket:Bucket", "pulumi:pulumi:Stack", "pulumi:providers:azure"];
const terraform = ["aws_customer_gateway", "aws_s3_bucket"];

test.each([
  ["aws:ec2/customerGatway:CustomerGatway", true, gateway],
  ["aws:ec2:CustomerGatway", true, gateway],
  ["aws:*:CustomerGatway", true, gateway],
  ["CustomerGatway", true, gateway],
  ["aws_customer_gatway", true, "aws_customer_gateway"],
  ["aws:route53/zone:Zone", true, undefined],
  ["gcp:compute/vpnGateway:VpnGateway", false, undefined],
  ["azure:ec2/customerGateway:CustomerGateway", false, undefined],
  ["pulumi:providers:azuer", false, undefined],
])("an entry of %s without effect: package used %s, nearest %s", (pattern, isPackageUsed, nearest) => {
  const types = pattern.includes("_") ? terraform : pulumi;
  const rules = parseRulesFile({ references: [{ types: [pattern], kind: "location" }] }, "test");
  expect(unusedEntries(rules, new Set(), types)).toEqual([
    {
      entry: rules.references[0],
      message: `the rules' references.0 (${pattern}) matches no resource`,
      isPackageUsed,
      ...(nearest === undefined ? {} : { nearest }),
    },
  ]);
  expect(unusedEntries(rules, new Set(rules.references), types)).toEqual([]);
});
