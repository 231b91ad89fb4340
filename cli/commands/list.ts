import { lookUpMany } from "../../provider/functions/look-up.js";
import type { Filter } from "../../provider/model/inventory-reader.js";
import type { Kind } from "../../provider/model/records.js";
import type { GlobalOptions } from "../options/global-options.js";
import { warn } from "../output/log.js";
import { withInventory } from "../inventory/open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb list KIND` */
export async function list(
  kind: Kind,
  options: { filter?: Filter[]; where?: string; limit?: number; atLeast?: number; output: ListFormat },
  globals: GlobalOptions,
): Promise<void> {
  const { filter: filters = [], where, limit, atLeast } = options;
  const records = await withInventory({ globals, kinds: [kind] }, (inventory) => {
    const { found, hints } = lookUpMany(inventory, kind, { filters, where, limit, atLeast });
    hints.forEach(warn);
    return found.records;
  });
  process.stdout.write(await format(options.output, records, globals));
}
