import type { ConfigurationItemAttributes } from "../../../provider/index.js";
import type { Sandbox } from "../../../sandbox/index.js";

/** Returns the configuration items in service, as the API sends them. */
export function itemsInService(sandbox: Sandbox): ConfigurationItemAttributes[] {
  const items = sandbox.records("configurationItem") as readonly ConfigurationItemAttributes[];
  return items.filter(({ state }) => state?.includes("OPERATIONAL"));
}
