import { lookUpMany } from "../../provider/functions/look-up.js";
import type { Filter } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import { warn } from "../log.js";
import { withInventory } from "../open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb list KIND` */
export async function list(
  kind: Kind,
  options: { filter: Filter[]; where?: string; limit?: number; atLeast?: number; output: ListFormat },
): Promise<void> {
  const { filter: filters, where, limit, atLeast } = options;
  const records = await withInventory({ kinds: [kind] }, (inventory) => {
    const { found, hints } = lookUpMany(inventory, kind, { filters, where, limit, atLeast });
    hints.forEach(warn);
    return found.records;
  });
  process.stdout.write(await format(options.output, records));
}
