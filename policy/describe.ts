import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Policy, Severity as PolicySeverity } from "@pulumi/policy";
import { configSchemaOf } from "./config/pack-config.js";
import type { PolicyName } from "./config/names.js";
import type { Severity } from "./rules/core/types.js";

const severities: Readonly<Record<Severity, PolicySeverity>> = { error: "high", warning: "medium", info: "low" };

/** The page in the installed package, relative to the sources or to the build. A bundle has no pages. */
const pages = ["..", "../.."].map((folder) => join(__dirname, folder, "docs", "reference", "rules.md"));
const page = pages.find(existsSync);

const tags = ["cmdb", "inventory", "orange-business"];

/** Returns the metadata of a policy. */
export function describe(
  name: PolicyName,
  title: string,
  severity: Severity,
  remediation: string,
): Omit<Policy, "enforcementLevel"> & { readonly name: PolicyName } {
  return {
    name,
    description: title,
    displayName: title,
    severity: severities[severity],
    tags,
    remediationSteps: remediation,
    ...(page === undefined ? {} : { url: `${pathToFileURL(page).href}#${name}` }),
    configSchema: configSchemaOf(name),
  };
}
