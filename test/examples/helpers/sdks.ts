import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Project } from "../../engine/helpers/project";

/** A folder with the real packages, as test/examples/install.mjs makes it. */
export const realSdks = process.env["ORANGE_CMDB_EXAMPLE_SDKS"];

/** The classes that the examples use, by module, with Pulumi's types. */
const classes: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  aws: {
    ec2: {
      CustomerGateway: "aws:ec2/customerGateway:CustomerGateway",
      VpnConnection: "aws:ec2/vpnConnection:VpnConnection",
    },
  },
  "azure-native": {
    network: { VirtualWan: "azure-native:network:VirtualWan", VpnSite: "azure-native:network:VpnSite" },
  },
  meraki: { networks: { Base: "meraki:networks/base:base" }, devices: { Base: "meraki:devices/base:base" } },
};

const file = (modules: Readonly<Record<string, string>>): string => `
const { CustomResource } = require("@pulumi/pulumi");
const made = (type) => class extends CustomResource {
  constructor(name, args, options) { super(type, name, args, options); }
};
for (const [name, type] of Object.entries(${JSON.stringify(modules)})) exports[name] = made(type);
`;

/**
 * Puts a provider's package into the project: the real one where there is a folder with it, else classes that make the same
 * resources. The real packages are large, and no part of this checkout.
 */
export function addSdk(project: Project, name: string): void {
  const folder = join(project.path, "node_modules/@pulumi", name);
  if (realSdks) {
    mkdirSync(dirname(folder), { recursive: true });
    symlinkSync(join(realSdks, "node_modules/@pulumi", name), folder);
    return;
  }
  const modules = Object.entries(classes[name] ?? {});
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: `@pulumi/${name}`, version: "1.0.0" }));
  writeFileSync(join(folder, "index.js"), modules.map(([key]) => `exports.${key} = require("./${key}");`).join("\n"));
  for (const [key, types] of modules) {
    mkdirSync(join(folder, key));
    writeFileSync(join(folder, key, "index.js"), file(types));
  }
  // It has no declarations: types are checked against the real package.
  project.environment["PULUMI_NODEJS_TRANSPILE_ONLY"] = "true";
}
