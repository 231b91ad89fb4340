// A page after the other, as a user would write it: no list but the records, no index, no file.
import fetch from "node-fetch";

const [endpoint, items] = [process.argv[2], Number(process.argv[3])];
const records = [];
for (let offset = 0; ; offset += 250) {
  const answer = await fetch(`${endpoint}/configurationItems?limit=250&offset=${offset}`);
  const page = await answer.json();
  if (page.length === 0) break;
  records.push(...page);
}
const milliseconds = performance.now();
if (records.length !== items) throw new Error(`${records.length} of ${items} came`);
console.log(JSON.stringify({ milliseconds }));
