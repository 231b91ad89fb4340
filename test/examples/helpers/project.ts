import { join } from "node:path";
import type { Project } from "../../engine/helpers/project";

/** The project's own environment, for commands that are not run through its helper. */
export const environmentOf = ({ environment, folder }: Project): Record<string, string> => ({
  ...(environment as Record<string, string>),
  PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
  PULUMI_HOME: join(folder, "home"),
  PULUMI_CONFIG_PASSPHRASE: "test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
});

/** A program that makes gateways of these names, for these configuration items. */
export const gateways = (items: Readonly<Record<string, string>>): string => `
const pulumi = require("@pulumi/pulumi");
for (const [name, id] of Object.entries(${JSON.stringify(items)}))
  new pulumi.CustomResource("aws:ec2/customerGateway:CustomerGateway", name, { tags: { "cmdb:configuration-item": id } });
`;
