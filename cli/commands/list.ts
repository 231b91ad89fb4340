import { toResult } from "../../provider/functions/look-up.js";
import { hintsFor } from "../../provider/inventory/hints.js";
import type { Filter } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import { warn } from "../log.js";
import { withInventory } from "../open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb list KIND` */
export async function list(
  kind: Kind,
  options: { filter: Filter[]; where?: string; limit?: number; output: ListFormat },
): Promise<void> {
  const { filter: filters, where, limit } = options;
  const query = { filters, where, limit };
  const records = await withInventory({ kinds: [kind] }, (inventory) => {
    const found = inventory.list(kind, query).map(toResult);
    for (const hint of hintsFor(inventory, kind, query, found.length)) warn(hint);
    return found;
  });
  process.stdout.write(await format(options.output, records));
}
