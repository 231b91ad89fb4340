import { toResult } from "../../provider/functions/look-up.js";
import { collections, kinds as allKinds, type Kind } from "../../provider/inventory/records.js";
import { warn } from "../log.js";
import { withInventory } from "../open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb search TEXT…`: exit code 0 even where nothing is found, as `list`. */
export async function search(
  words: readonly string[],
  options: { kind?: Kind[]; limit?: number; output: ListFormat },
): Promise<void> {
  const { kind: kinds, limit } = options;
  const found = await withInventory({ ...(kinds ? { kinds } : {}), searchable: true }, (inventory) => {
    const records = inventory.search(words.join(" "), { kinds, limit });
    // Where kinds are named, one that cannot be searched is an error.
    const unsearched = kinds ? {} : inventory.unavailable(allKinds);
    for (const [kind, why] of Object.entries(unsearched)) warn(`${collections[kind as Kind]} are not searched: ${why}`);
    return records.map((record) => ({ kind: record.kind, ...toResult(record) }));
  });
  process.stdout.write(await format(options.output, found));
}
