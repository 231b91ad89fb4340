import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../helpers/project";

const item = (id: string, at: "PAR" | "FRA", more: object = {}): object => ({
  id,
  category: ["WAN_DEVICE"],
  type: ["ROUTER"],
  state: ["OPERATIONAL"],
  servicePoint: { id: `SP-${at}` },
  location: { id: at },
  properties: {
    network: { ipAddress: `192.0.2.${id.slice(3)}` },
    bandwidth: { tx: "100", rx: "100", unit: "Mbit/s" },
  },
  ...more,
});

/** A small inventory: two sites in two countries, their service points, some equipment. */
const data: Record<string, object[]> = {
  accounts: [],
  locations: [
    { id: "PAR", name: "Paris", address: { country: "FR" } },
    { id: "FRA", name: "Frankfurt", address: { country: "DE" } },
  ],
  servicePoints: [
    { id: "SP-PAR", state: "OPERATIONAL", location: { id: "PAR" } },
    { id: "SP-FRA", state: "OPERATIONAL", location: { id: "FRA" } },
  ],
  configurationItems: [
    item("CI-1", "PAR"),
    item("CI-2", "PAR", { state: ["TERMINATED"] }),
    item("CI-3", "FRA"),
    item("CI-4", "FRA"),
    item("CI-5", "PAR"),
    item("CI-6", "PAR"),
    item("CI-9", "PAR", { category: ["LAN_DEVICE"] }),
  ],
};

/** Writes it to a folder that the sandbox can serve. */
export function writeRecords(project: Project): string {
  const folder = join(project.folder, "records");
  mkdirSync(folder);
  for (const [name, records] of Object.entries(data))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(records));
  return folder;
}

/** A program in which resources are made by type: `make(type, name, properties, options)`. */
export function program(body: string): string {
  return `import * as pulumi from "@pulumi/pulumi";
class Any extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<string>;
  constructor(type: string, name: string, args: object, options?: pulumi.CustomResourceOptions) {
    super(type, name, args, options);
  }
}
class Provider extends pulumi.ProviderResource {
  constructor(cloud: string, name: string, args: object) {
    super(cloud, name, args as any);
  }
}
const make = (type: string, name: string, args: object = {}, options?: pulumi.CustomResourceOptions): Any =>
  new Any(type, name, { made: undefined, ...args }, options);
const provider = (cloud: string, name: string, args: object): Provider => new Provider(cloud, name, args);
const item = (id: pulumi.Input<string>, more: object = {}): object => ({ tags: { "cmdb:configuration-item": id, ...more } });
const site = (id: pulumi.Input<string>): object => ({ tags: { "cmdb:location": id } });
${body}
`;
}
