// All rules over as many resources as records, against a bare loop that parses the same inventory from one JSON file into
// a Map and looks each reference up. The file holds the records as the rules see them, named fields and all. Both start
// from files on disk; nothing is fetched. node bench/rules.mjs [SIZE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { item } from "./data.mjs";

const require = createRequire(import.meta.url);
const { openInventory } = require("../dist/provider/open.js");
const { evaluate } = require("../dist/policy/rules/index.js");
const { parseRulesFile } = require("../dist/policy/rules/rules-file.js");
const { startSandbox } = require("../dist/sandbox/index.js");

/** How many times the bare loop's time all rules may take. */
export const bound = 3;

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const network = "aws:ec2/vpc:Vpc";
const kinds = ["configurationItem", "location", "servicePoint"];

const rules = parseRulesFile(
  {
    references: [
      {
        types: [gateway],
        kind: "configurationItem",
        required: true,
        match: [
          { property: "ipAddress", record: "ipAddress" },
          { property: "deviceName", record: "name", as: "ignore-case" },
        ],
      },
      { types: ["*"], kind: "location" },
    ],
    inService: { configurationItem: ["In service"] },
    unique: { configurationItem: 1 },
    cover: [{ kind: "configurationItem" }],
    residency: { countryFrom: "location" },
  },
  "the benchmark",
);

/** Three quarters configuration items, the rest the locations and service points that they stand at. */
function makeRecords(size) {
  const items = Array.from({ length: Math.round(size * 0.75) }, (_, index) => item(index));
  const sites = [...new Set(items.map(({ location }) => location.id.slice(4)))];
  return {
    configurationItems: items,
    locations: sites.map((site) => ({
      id: `LOC-${site}`,
      name: `Site ${site}`,
      address: { countryCode: "FR", city: "Paris" },
    })),
    servicePoints: sites.map((site) => ({ id: `SP-${site}`, status: "In service", location: { id: `LOC-${site}` } })),
    accounts: [],
  };
}

/** One resource for each record: a gateway for each item, a network where another record stands. Some have something wrong. */
function makeResources({ configurationItems }, size) {
  return Array.from({ length: size }, (_, index) => {
    const record = configurationItems[index % configurationItems.length];
    const tags = { Name: record.name, "cmdb:location": record.location.id };
    const ipAddress = index % 100 === 0 ? "192.0.2.1" : record.ipAddress;
    const properties = { bgpAsn: "65000", deviceName: record.name.toUpperCase(), ipAddress, region: "eu-west-3", tags };
    const type = index < configurationItems.length ? gateway : network;
    if (type === gateway) tags["cmdb:configuration-item"] = record.id;
    return { urn: `urn:pulumi:prod::net::${type}::it-${index}`, type, name: `it-${index}`, properties };
  });
}

function bare(path, resources) {
  const records = Object.fromEntries(kinds.map((kind) => [kind, new Map()]));
  for (const record of JSON.parse(readFileSync(path, "utf8"))) records[record.kind].set(record.id, record);
  let missing = 0;
  for (const { properties } of resources) {
    const { "cmdb:configuration-item": item, "cmdb:location": location } = properties.tags;
    if (item !== undefined && !records.configurationItem.has(item)) missing += 1;
    if (!records.location.has(location)) missing += 1;
  }
  if (missing > 0) throw new Error(`${missing} references lead nowhere`);
}

async function ours(args, resources) {
  const inventory = await openInventory({ kinds, args, config: () => undefined });
  const { findings } = evaluate(resources, inventory, rules);
  inventory.close();
  if (findings.length < resources.length / 100) throw new Error("the rules found too little");
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(work) {
  globalThis.gc?.();
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Measures at one size; answers the medians, and their ratio. */
async function measure(size, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  const records = makeRecords(size);
  for (const [name, list] of Object.entries(records)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(list));
  const inventoryFile = join(folder, "inventory.json");
  const sandbox = await startSandbox({ data: folder });
  const {
    ORANGE_CMDB_CLIENT_ID: clientId,
    ORANGE_CMDB_CLIENT_SECRET: clientSecret,
    ORANGE_CMDB_API_KEY: apiKey,
  } = sandbox.environment;
  const { endpoint, tokenUrl } = sandbox;
  const args = { endpoint, tokenUrl, clientId, clientSecret, apiKey, cacheDir: join(folder, "mirror"), maxAge: 86_400 };
  try {
    const inventory = await openInventory({ kinds, args, config: () => undefined });
    writeFileSync(inventoryFile, JSON.stringify(kinds.flatMap((kind) => inventory.list(kind))));
    inventory.close();
    const resources = makeResources(records, size);
    const times = { bare: [], ours: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.bare.push(await timed(() => bare(inventoryFile, resources)));
      times.ours.push(await timed(() => ours(args, resources)));
    }
    const medians = { bare: median(times.bare), ours: median(times.ours) };
    return { size, ...medians, ratio: medians.ours / medians.bare };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures at a quarter, half and all of the size, prints a table; answers whether the bound holds. */
export async function run(size = 100_000, rounds = 5) {
  console.log("resources and records   bare loop   all rules   µs each   ratio");
  let last;
  for (const part of [size / 4, size / 2, size]) {
    last = await measure(part, rounds);
    const cells = [
      String(part).padStart(21),
      `${Math.round(last.bare)} ms`.padStart(11),
      `${Math.round(last.ours)} ms`.padStart(11),
      ((1000 * last.ours) / part).toFixed(1).padStart(9),
      last.ratio.toFixed(2).padStart(7),
    ];
    console.log(cells.join(" "));
  }
  const holds = last.ratio <= bound;
  console.log(`${holds ? "ok" : "FAILED"}: ${last.ratio.toFixed(2)} times the bare loop, at most ${bound} allowed`);
  return { ...last, bound, holds };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { holds } = await run(Number(process.argv[2] ?? 100_000));
  process.exitCode = holds ? 0 : 1;
}
