import type { Project } from "../../engine/helpers/project";

/** The project's own environment, for commands that are not run through its helper. */
export const environmentOf = ({ env }: Project): Record<string, string> => {
  const own = Object.entries(env()).filter(([name, value]) => value !== undefined && value !== process.env[name]);
  return Object.fromEntries(own) as Record<string, string>;
};

/** A program that makes gateways of these names, for these configuration items. */
export const gateways = (items: Readonly<Record<string, string>>): string => `
const pulumi = require("@pulumi/pulumi");
for (const [name, id] of Object.entries(${JSON.stringify(items)}))
  new pulumi.CustomResource("aws:ec2/customerGateway:CustomerGateway", name, { tags: { "cmdb:configuration-item": id } });
`;
