import { toResult } from "../../provider/functions/look-up.js";
import type { Kind } from "../../provider/inventory/records.js";
import { withInventory } from "../open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb search TEXT…`: exit code 0 even where nothing is found, as `list`. */
export async function search(
  words: readonly string[],
  options: { kind?: Kind[]; limit?: number; output: ListFormat },
): Promise<void> {
  const { kind: kinds, limit } = options;
  const found = await withInventory({ ...(kinds ? { kinds } : {}), searchable: true }, (inventory) =>
    inventory.search(words.join(" "), { kinds, limit }).map((record) => ({ kind: record.kind, ...toResult(record) })),
  );
  process.stdout.write(await format(options.output, found));
}
