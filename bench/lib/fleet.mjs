// The states of a fleet: stacks of 50 resources of about 2 kB in the layout of a Pulumi backend, and rules for them.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { item } from "./data.mjs";

/** A router as providers write it into a state: about 2 kB. */
export function router(index, records = Infinity) {
  const { id, properties } = item(index % records);
  const { hardware, network } = properties;
  const { ipAddress } = network;
  const inputs = {
    bgpAsn: "65000",
    // 1 % disagree with the CMDB, and 0.1 % reference a missing record.
    ipAddress: index % 100 === 0 ? "192.0.2.1" : ipAddress,
    type: "ipsec.1",
    deviceName: `${hardware.manufacturer} ${hardware.serialNumber}`,
    tags: { "cmdb:configuration-item": index % 1000 === 7 ? `${id}-gone` : id, owner: "network", environment: "prod" },
    certificate: `${"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A".repeat(7)}\\n`,
    routes: Array.from({ length: 6 }, (_, place) => ({ cidr: `10.${place}.0.0/16`, via: ipAddress, metric: place })),
  };
  return {
    urn: `urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    custom: true,
    id: `cgw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs,
    outputs: { ...inputs, arn: `arn:aws:ec2:eu-west-3:000000000000:customer-gateway/cgw-${index}` },
    parent: "urn:pulumi:prod::net::pulumi:pulumi:Stack::net-prod",
    provider: "urn:pulumi:prod::net::pulumi:providers:aws::default::1d7c1c47",
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T00:00:00Z",
  };
}

export const rules = {
  references: [
    {
      types: ["aws:ec2/customerGateway:*"],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ipAddress", record: "properties.network.ipAddress" }],
    },
  ],
  inService: { configurationItem: ["OPERATIONAL"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem" }],
};

const perStack = 50;

/** Number of records that the resources of a fleet refer to. */
export const fleetRecords = 1_000;

/** A resource that refers to no record, as most do. */
function queue(index) {
  const { inputs, outputs, ...rest } = router(index, fleetRecords);
  const type = "aws:sqs/queue:Queue";
  const properties = { ...inputs, tags: { owner: "network", environment: "prod" } };
  const urn = rest.urn.replace("aws:ec2/customerGateway:CustomerGateway", type);
  return { ...rest, urn, type, inputs: properties, outputs: { ...outputs, tags: properties.tags } };
}

/** Returns the key and the checkpoint of a stack of the fleet. One resource of ten refers to a record. */
function checkpoint(stack) {
  const name = `s${String(stack).padStart(5, "0")}`;
  const resources = Array.from({ length: perStack }, (_, place) => {
    const index = stack * perStack + place;
    const found = place % 10 === 0 ? router(index, fleetRecords) : queue(index);
    return { ...found, urn: found.urn.replace(":prod::", `:${name}::`) };
  });
  const latest = { manifest: { time: "2026-01-01T00:00:00Z" }, resources };
  const content = { version: 3, checkpoint: { stack: `organization/net/${name}`, latest } };
  return { key: `.pulumi/stacks/net/${name}.json`, body: JSON.stringify(content, undefined, 4) };
}

/** Writes a backend with a number of stacks, as the Pulumi CLI does. */
export function writeFleet(folder, stacks) {
  mkdirSync(join(folder, ".pulumi", "stacks", "net"), { recursive: true });
  writeFileSync(join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
  for (let stack = 0; stack < stacks; stack += 1) {
    const { key, body } = checkpoint(stack);
    writeFileSync(join(folder, key), body);
  }
}

/** Writes the state of one stack with a number of resources. */
export function writeState(path, count, resource) {
  const file = openSync(path, "w");
  writeSync(file, '{"version":3,"deployment":{"manifest":{"time":"2026-01-01T00:00:00Z"},"resources":[\n');
  for (let start = 0; start < count; start += 1_000) {
    const part = Array.from({ length: 1_000 }, (_, place) => JSON.stringify(resource(start + place)));
    writeSync(file, `${start > 0 ? ",\n" : ""}${part.join(",\n")}`);
  }
  writeSync(file, "\n]}}\n");
  closeSync(file);
}
