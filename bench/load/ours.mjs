// The same download into a mirror, as every command and data source does it: parsed, indexed, and ready to be read.
// node bench/load/ours.mjs ENDPOINT ITEMS [FOLDER [REQUESTS_PER_SECOND]]: with a folder, what it holds is refreshed.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { openInventory } = createRequire(import.meta.url)("../../dist/provider/inventory/open.js");
const [endpoint, items, folder, requestsPerSecond = "1000"] = process.argv.slice(2);
const cacheDir = folder || mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
try {
  const args = { endpoint, tokenUrl: endpoint, accessToken: "bench", cacheDir };
  // What is measured is the work, not the limit that the client keeps to.
  if (requestsPerSecond !== "default") args.requestsPerSecond = Number(requestsPerSecond);
  const inventory = await openInventory({ kinds: ["configurationItem"], refresh: true, args });
  const milliseconds = performance.now();
  const count = inventory.info().counts.configurationItem;
  if (count !== Number(items)) throw new Error(`${count} of ${items} came`);
  inventory.close();
  console.log(JSON.stringify({ milliseconds, peakMemory: process.resourceUsage().maxRSS * 1024 }));
} finally {
  if (!folder) rmSync(cacheDir, { recursive: true, force: true });
}
