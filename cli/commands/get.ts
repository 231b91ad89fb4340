import { lookUpOne } from "../../provider/functions/look-up.js";
import type { Kind } from "../../provider/model/records.js";
import type { GlobalOptions } from "../options/global-options.js";
import { withInventory } from "../inventory/open.js";
import { format, formatData } from "../output/index.js";

/** `orange-cmdb get KIND ID` */
export async function get(
  kind: Kind,
  id: string,
  options: { output: "json" | "yaml" | "table" },
  globals: GlobalOptions,
): Promise<void> {
  const record = await withInventory({ globals, kinds: [kind] }, (inventory) => lookUpOne(inventory, kind, { id }));
  const { output } = options;
  process.stdout.write(
    output === "table" ? await format("table", [record], globals) : await formatData(output, record),
  );
}
