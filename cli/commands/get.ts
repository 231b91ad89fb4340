import { lookUpOne } from "../../provider/functions/look-up.js";
import type { Kind } from "../../provider/inventory/records.js";
import { withInventory } from "../open.js";
import { format, formatData } from "../output/index.js";

/** `orange-cmdb get KIND ID` */
export async function get(kind: Kind, id: string, options: { output: "json" | "yaml" | "table" }): Promise<void> {
  const record = await withInventory({ kinds: [kind] }, (inventory) => lookUpOne(inventory, kind, { id }));
  const { output } = options;
  process.stdout.write(output === "table" ? await format("table", [record]) : await formatData(output, record));
}
