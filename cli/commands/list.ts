import { toResult } from "../../provider/functions/look-up.js";
import type { Filter } from "../../provider/inventory/inventory.js";
import type { Kind } from "../../provider/inventory/records.js";
import { withInventory } from "../open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb list KIND` */
export async function list(
  kind: Kind,
  options: { filter: Filter[]; where?: string; limit?: number; output: ListFormat },
): Promise<void> {
  const { filter: filters, where, limit } = options;
  const records = await withInventory({ kinds: [kind] }, (inventory) =>
    inventory.list(kind, { filters, where, limit }).map(toResult),
  );
  process.stdout.write(await format(options.output, records));
}
