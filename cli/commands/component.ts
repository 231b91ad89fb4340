import { createClient } from "../../provider/open.js";
import { formatOne } from "../output/index.js";

/** `orange-cmdb status` and `orange-cmdb version`: what the API says of itself. */
export async function component(what: "status" | "version", options: { output: "json" | "yaml" }): Promise<void> {
  const client = createClient();
  try {
    process.stdout.write(formatOne(options.output, await client[what]()));
  } finally {
    client.close();
  }
}
