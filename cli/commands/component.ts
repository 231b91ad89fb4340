import { CoreInformationClient } from "../../provider/api/client.js";
import { resolveServiceSettings } from "../../provider/config.js";
import { formatData } from "../output/index.js";
import { stackSettings } from "../stack-config.js";

/** `orange-cmdb status` and `orange-cmdb version`: what the API says of itself. */
export async function component(what: "status" | "version", options: { output: "json" | "yaml" }): Promise<void> {
  const client = new CoreInformationClient(resolveServiceSettings({}, await stackSettings()).api);
  try {
    process.stdout.write(await formatData(options.output, await client[what]()));
  } finally {
    client.close();
  }
}
