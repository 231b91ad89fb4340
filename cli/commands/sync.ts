import { collections, type Kind } from "../../provider/inventory/records.js";
import { openInventory } from "../../provider/open.js";
import { log } from "../log.js";
import { formatOne } from "../output/index.js";

/** `orange-cmdb sync [KIND…]` */
export async function sync(kinds: readonly Kind[] | undefined, options: { output?: "json" | "yaml" }): Promise<void> {
  const inventory = await openInventory({ ...(kinds ? { kinds } : {}), refresh: true, log });
  try {
    const info = inventory.info();
    if (options.output) {
      process.stdout.write(formatOne(options.output, info));
      return;
    }
    const counts = Object.entries(info.counts).map(([kind, count]) => `${count} ${collections[kind as Kind]}`);
    process.stdout.write(`${counts.join(", ")} from ${info.endpoint}\n`);
  } finally {
    inventory.close();
  }
}
