// The inventory as one JSON file, parsed into a Map; each reference is looked up in it.
import { readFileSync } from "node:fs";
import { makeResources } from "./scene.mjs";

const [path, size] = [process.argv[2], Number(process.argv[3])];
const resources = makeResources(size);
const started = performance.now();
const records = { configurationItem: new Map(), location: new Map(), servicePoint: new Map() };
const inventory = JSON.parse(readFileSync(path, "utf8"));
for (const [kind, map] of Object.entries(records)) for (const record of inventory[kind]) map.set(record.id, record);
let missing = 0;
for (const { properties } of resources) {
  const { "cmdb:configuration-item": item, "cmdb:location": location } = properties.tags;
  if (item !== undefined && !records.configurationItem.has(item)) missing += 1;
  if (!records.location.has(location)) missing += 1;
}
const milliseconds = performance.now() - started;
if (missing > 0) throw new Error(`${missing} references lead nowhere`);
console.log(JSON.stringify({ milliseconds }));
