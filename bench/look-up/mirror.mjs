// The inventory in the mirror, which a sync has made before.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { openInventory } = createRequire(import.meta.url)("../../dist/provider/inventory/open.js");
const [cacheDir, count] = [process.argv[2], Number(process.argv[3])];
const ids = JSON.parse(readFileSync(process.argv[4], "utf8"));
const endpoint = process.argv[5];
const started = performance.now();
const args = { endpoint, tokenUrl: endpoint, accessToken: "bench", cacheDir, maxAge: 100_000 };
const inventory = await openInventory({ kinds: ["configurationItem"], args });
let found = 0;
for (let index = 0; index < count; index += 1) {
  if (inventory.get("configurationItem", ids[index]).attributes.id === ids[index]) found += 1;
}
const milliseconds = performance.now() - started;
inventory.close();
if (found !== count) throw new Error(`${found} of ${count} found`);
console.log(JSON.stringify({ milliseconds }));
