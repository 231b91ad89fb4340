import { CoreInformationClient } from "../../provider/api/client.js";
import { resolveServiceSettings } from "../../provider/config.js";
import { formatData } from "../output/index.js";

/** `orange-cmdb status` and `orange-cmdb version`: what the API says of itself. */
export async function component(what: "status" | "version", options: { output: "json" | "yaml" }): Promise<void> {
  const client = new CoreInformationClient(resolveServiceSettings().api);
  try {
    process.stdout.write(await formatData(options.output, await client[what]()));
  } finally {
    client.close();
  }
}
