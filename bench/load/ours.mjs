// The same download into a mirror, as every command and data source does it: parsed, indexed, and ready to be read.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { openInventory } = createRequire(import.meta.url)("../../dist/provider/open.js");
const [endpoint, items] = [process.argv[2], Number(process.argv[3])];
const cacheDir = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
try {
  const args = { endpoint, tokenUrl: endpoint, accessToken: "bench", cacheDir };
  const inventory = await openInventory({ kinds: ["configurationItem"], args });
  const milliseconds = performance.now();
  const count = inventory.info().counts.configurationItem;
  if (count !== items) throw new Error(`${count} of ${items} came`);
  inventory.close();
  console.log(JSON.stringify({ milliseconds, peakMemory: process.resourceUsage().maxRSS * 1024 }));
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
