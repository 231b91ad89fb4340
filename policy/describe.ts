import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Policy, Severity as PolicySeverity } from "@pulumi/policy";
import { configSchemaOf } from "./pack-config.js";
import type { PolicyName } from "./names.js";
import type { Severity } from "./rules/types.js";

const severities: Readonly<Record<Severity, PolicySeverity>> = { error: "high", warning: "medium", info: "low" };

/** The documentation that is installed with the package, beside its sources or its build; a bundle has none. */
const pages = ["..", "../.."].map((folder) => join(__dirname, folder, "docs", "policies.md"));
const page = pages.find(existsSync);

const tags = ["cmdb", "inventory", "orange-business"];

/** What `@pulumi/policy` can tell of a policy besides what it checks. */
export function describe(
  name: PolicyName,
  title: string,
  severity: Severity,
  cure: string,
): Omit<Policy, "enforcementLevel"> & { readonly name: PolicyName } {
  return {
    name,
    description: title,
    displayName: title,
    severity: severities[severity],
    tags,
    remediationSteps: cure,
    ...(page === undefined ? {} : { url: `${pathToFileURL(page).href}#${name}` }),
    configSchema: configSchemaOf(name),
  };
}
