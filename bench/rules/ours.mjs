// All rules, over the inventory in a mirror that a sync has made before.
import { createRequire } from "node:module";
import { kinds, makeResources, rules, rulesByName } from "./scene.mjs";

const require = createRequire(import.meta.url);
const { openInventory } = require("../../dist/provider/inventory/open.js");
const { evaluate } = require("../../dist/policy/rules/index.js");
const { parseRulesFile } = require("../../dist/policy/rules/file/rules-file.js");

const size = Number(process.argv[2]);
const resources = makeResources(size);
const parsed = parseRulesFile(process.argv[3] === "by-name" ? rulesByName : rules, "the benchmark");
const started = performance.now();
const inventory = await openInventory({ kinds });
const { findings } = evaluate(resources, inventory, parsed);
const milliseconds = performance.now() - started;
inventory.close();
if (findings.length < size / 100) throw new Error("the rules found too little");
console.log(JSON.stringify({ milliseconds }));
