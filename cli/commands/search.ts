import { toResult } from "../../provider/functions/look-up.js";
import { collections, kinds as allKinds, type Kind } from "../../provider/model/records.js";
import type { GlobalOptions } from "../options/global-options.js";
import { warn } from "../output/log.js";
import { withInventory } from "../inventory/open.js";
import { format, type ListFormat } from "../output/index.js";

/** `orange-cmdb search TEXT…`. The exit code is 0 even without a match, as for `list`. */
export async function search(
  words: readonly string[],
  options: { kind?: Kind[]; limit?: number; output: ListFormat },
  globals: GlobalOptions,
): Promise<void> {
  const { kind: kinds, limit } = options;
  const found = await withInventory({ globals, ...(kinds ? { kinds } : {}), searchable: true }, (inventory) => {
    const records = inventory.search(words.join(" "), { kinds, limit });
    // A kind of --kind that cannot be searched is an error of `search`.
    const unsearched = kinds ? {} : inventory.unavailable(allKinds);
    for (const [kind, why] of Object.entries(unsearched)) warn(`${collections[kind as Kind]} are not searched: ${why}`);
    return records.map((record) => ({ kind: record.kind, ...toResult(record) }));
  });
  process.stdout.write(await format(options.output, found, globals));
}
