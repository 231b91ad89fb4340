// The inventory as one JSON file, read into a Map.
import { readFileSync } from "node:fs";

const [path, count] = [process.argv[2], Number(process.argv[3])];
const ids = JSON.parse(readFileSync(process.argv[4], "utf8"));
const started = performance.now();
const records = new Map(JSON.parse(readFileSync(path, "utf8")).map((record) => [record.id, record]));
let found = 0;
for (let index = 0; index < count; index += 1) if (records.get(ids[index])) found += 1;
const milliseconds = performance.now() - started;
if (found !== count) throw new Error(`${found} of ${count} found`);
console.log(JSON.stringify({ milliseconds }));
