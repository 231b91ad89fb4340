// The whole drift report of 100,000 resources against 100,000 records, beside JSON.parse of the same state file.
// Each is a process of its own, timed from its start to its end; the rounds take turns. node bench/drift.mjs
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { item } from "./data.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const main = join(folder, "..", "dist", "cli", "main.js");
const count = 100_000;
const rounds = 3;
const bounds = { ratio: 3, memory: 1_500 };

/** A router as providers write it into a state: about 2 kB. */
function resource(index) {
  const { id, ipAddress, vendor, serialNumber } = item(index);
  const inputs = {
    bgpAsn: "65000",
    // One in a hundred disagrees with the CMDB, one in a thousand names what is not there.
    ipAddress: index % 100 === 0 ? "192.0.2.1" : ipAddress,
    type: "ipsec.1",
    deviceName: `${vendor} ${serialNumber}`,
    tags: { "cmdb:configuration-item": index % 1000 === 7 ? `${id}-gone` : id, owner: "network", environment: "prod" },
    certificate: `${"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A".repeat(7)}\\n`,
    routes: Array.from({ length: 6 }, (_, place) => ({ cidr: `10.${place}.0.0/16`, via: ipAddress, metric: place })),
  };
  return {
    urn: `urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    custom: true,
    id: `cgw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs,
    outputs: { ...inputs, arn: `arn:aws:ec2:eu-west-3:000000000000:customer-gateway/cgw-${index}` },
    parent: "urn:pulumi:prod::net::pulumi:pulumi:Stack::net-prod",
    provider: "urn:pulumi:prod::net::pulumi:providers:aws::default::1d7c1c47",
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T00:00:00Z",
  };
}

function writeState(path) {
  const file = openSync(path, "w");
  writeSync(file, '{"version":3,"deployment":{"manifest":{"time":"2026-01-01T00:00:00Z"},"resources":[\n');
  for (let start = 0; start < count; start += 1_000) {
    const part = Array.from({ length: 1_000 }, (_, place) => JSON.stringify(resource(start + place)));
    writeSync(file, `${start > 0 ? ",\n" : ""}${part.join(",\n")}`);
  }
  writeSync(file, "\n]}}\n");
  closeSync(file);
}

const rules = {
  references: [
    {
      types: ["aws:ec2/customerGateway:*"],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ipAddress", record: "ipAddress", as: "ip" }],
    },
  ],
  inService: { configurationItem: ["In service"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem" }],
};

/** Runs a program to its end: how long it took, and the most memory it had, which it says at its end. */
function timed(args, env = {}, expected = 0) {
  const told = join(mkdtempSync(join(tmpdir(), "orange-cmdb-bench-memory-")), "memory");
  const hook = `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS)));`;
  const script = `${told}.cjs`;
  writeFileSync(script, hook);
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== expected) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  const memory = Number(readFileSync(told, "utf8")) / 1024;
  rmSync(dirname(told), { recursive: true });
  return { seconds, stdout, memory };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const parse = `
  const { readFileSync } = require("node:fs");
  const text = readFileSync(process.argv[1], "utf8");
  const started = performance.now();
  JSON.parse(text);
  console.log((performance.now() - started) / 1000);`;

async function withInventory(folder, work) {
  const server = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), "server.mjs"), String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const endpoint = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())));
    const file = join(folder, "inventory.db");
    const env = {
      ORANGE_CMDB_ENDPOINT: endpoint,
      ORANGE_CMDB_ACCESS_TOKEN: "bench",
      ORANGE_CMDB_API_KEY: "bench",
      ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    };
    const child = spawn(process.execPath, [main, "sync", "--output", file], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...env },
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`sync ended with ${code}`);
    return work(file);
  } finally {
    server.kill();
  }
}

/** Measures; each row says whether it holds. */
export async function run() {
  const place = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-drift-"));
  try {
    const state = join(place, "state.json");
    const rulesFile = join(place, "rules.json");
    writeState(state);
    writeFileSync(rulesFile, JSON.stringify(rules));
    return await withInventory(place, (inventory) => {
      const report = join(place, "report.json");
      const args = ["drift", "--state", state, "--inventory", inventory, "--rules", rulesFile, "-o", `json=${report}`];
      const parses = [];
      const reports = [];
      for (let round = 0; round < rounds; round += 1) {
        parses.push(Number(timed(["-e", parse, state]).stdout));
        reports.push(timed([main, ...args], { ORANGE_CMDB_CACHE_DIR: join(place, "mirror") }, 2));
      }
      const parsing = median(parses);
      const seconds = median(reports.map((entry) => entry.seconds));
      const memory = Math.max(...reports.map((entry) => entry.memory));
      const size = `${Math.round(statSync(state).size / 1e6)} MB`;
      return [
        {
          measure: "drift report of 100,000 resources × 100,000 records ÷ JSON.parse of the state",
          value: seconds / parsing,
          unit: "×",
          bound: bounds.ratio,
          holds: seconds / parsing <= bounds.ratio,
          detail: `${seconds.toFixed(2)} s, JSON.parse ${parsing.toFixed(2)} s of ${size}`,
        },
        {
          measure: "its memory, in MB",
          value: Math.round(memory),
          unit: "MB",
          bound: bounds.memory,
          holds: memory <= bounds.memory,
          detail: `most of ${rounds} rounds`,
        },
      ];
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await run();
  for (const { holds, measure, value, unit, bound, detail } of rows)
    console.log(`${holds ? "ok    " : "MISSED"} ${measure}: ${Number(value.toFixed(2))} ${unit} (≤ ${bound}; ${detail})`);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
}
