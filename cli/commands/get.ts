import { lookUpOne } from "../../provider/functions/look-up.js";
import type { Kind } from "../../provider/inventory/records.js";
import { openInventory } from "../../provider/open.js";
import { log } from "../log.js";
import { format, formatOne } from "../output/index.js";

/** `orange-cmdb get KIND ID` */
export async function get(kind: Kind, id: string, options: { output: "json" | "yaml" | "table" }): Promise<void> {
  const inventory = await openInventory({ kinds: [kind], log });
  try {
    const record = lookUpOne(inventory, kind, { id });
    const text = options.output === "table" ? format("table", [record]) : formatOne(options.output, record);
    process.stdout.write(text);
  } finally {
    inventory.close();
  }
}
