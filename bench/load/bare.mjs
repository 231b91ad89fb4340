// What a bare script does: download with node-fetch, several at once, and parse. Nothing is kept but the records.
import { Agent } from "node:http";
import fetch from "node-fetch";

const [endpoint, items, concurrency] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const agent = new Agent({ keepAlive: true });
const offsets = Array.from({ length: Math.ceil(items / 250) }, (_, page) => page * 250);
let count = 0;
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
      const answer = await fetch(`${endpoint}/configurationItems?limit=250&offset=${offset}`, { agent });
      const records = JSON.parse(await answer.text());
      count += records.length;
    }
  }),
);
const milliseconds = performance.now();
if (count !== items) throw new Error(`${count} of ${items} came`);
agent.destroy();
console.log(JSON.stringify({ milliseconds, peakMemory: process.resourceUsage().maxRSS * 1024 }));
