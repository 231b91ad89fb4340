import { CoreInformationClient } from "../../provider/api/client.js";
import { resolveServiceSettings } from "../../provider/settings/resolve.js";
import type { GlobalOptions } from "../options/global-options.js";
import { formatData } from "../output/index.js";
import { stackSettings } from "../inventory/stack-config.js";

/** `orange-cmdb status` and `orange-cmdb version`: print the health and the version of the API. */
export async function component(
  what: "status" | "version",
  options: { output: "json" | "yaml" },
  globals: GlobalOptions,
): Promise<void> {
  const { settings } = globals;
  const client = new CoreInformationClient(resolveServiceSettings(settings, await stackSettings(settings)).api);
  try {
    process.stdout.write(await formatData(options.output, await client[what]()));
  } finally {
    client.close();
  }
}
