import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Policy, Severity as PolicySeverity } from "@pulumi/policy";
import { configSchemaOf } from "./pack-config.js";
import type { PolicyName } from "./names.js";
import type { Severity } from "./rules/types.js";

const severities: Readonly<Record<Severity, PolicySeverity>> = { error: "high", warning: "medium", info: "low" };

/** The documentation that is installed with the package, found from its sources as from what is built of them. */
const pages = ["..", "../.."].map((folder) => join(__dirname, folder, "docs", "policies.md"));
const page = pathToFileURL(pages.find(existsSync) ?? "").href;

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
    url: `${page}#${name}`,
    configSchema: configSchemaOf(name),
  };
}
