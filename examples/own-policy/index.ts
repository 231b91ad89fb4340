import { inventoryPolicy, OrangeCmdbPolicyPack } from "pulumi-orange-cmdb/policy";

// A policy of this team: the configuration item of a gateway must have `managedBy`.
const managedOnly = inventoryPolicy({
  name: "managed-gateways-only",
  description: "Customer gateways stand for managed equipment",
  types: ["aws:ec2/customerGateway:CustomerGateway"],
  check: ({ name, properties }, inventory) => {
    const tags = properties["tags"] as Record<string, string> | undefined;
    const item = inventory.get("configurationItem", tags?.["cmdb:configuration-item"] ?? "");
    if (item === undefined || item.attributes["managedBy"]) return undefined;
    return `${name} stands for ${item.id}, which is not managed; ask the network team`;
  },
});

new OrangeCmdbPolicyPack({ name: "network-team", referenceUnique: "advisory", policies: [managedOnly] });
