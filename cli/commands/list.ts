import { toResult } from "../../provider/functions/look-up.js";
import { openInventory } from "../../provider/open.js";
import type { Filter } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import { log } from "../log.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb list KIND` */
export async function list(
  kind: Kind,
  options: { filter: Filter[]; where?: string; limit?: number; output: ListFormat },
): Promise<void> {
  const inventory = await openInventory({ kinds: [kind], log });
  try {
    const { filter: filters, where, limit } = options;
    process.stdout.write(format(options.output, inventory.list(kind, { filters, where, limit }).map(toResult)));
  } finally {
    inventory.close();
  }
}
