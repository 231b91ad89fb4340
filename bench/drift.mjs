// The whole drift report of 100,000 resources against 100,000 records, beside JSON.parse of the same state file.
// npm run bench -- drift
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { item } from "./lib/data.mjs";
import { interleave, mb, median, ms, row, run as runs, withServer } from "./lib/measure.mjs";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const count = 100_000;

/** A router as providers write it into a state: about 2 kB. */
function resource(index) {
  const { id, properties } = item(index);
  const { hardware, network } = properties;
  const { ipAddress } = network;
  const inputs = {
    bgpAsn: "65000",
    // One in a hundred disagrees with the CMDB, one in a thousand names what is not there.
    ipAddress: index % 100 === 0 ? "192.0.2.1" : ipAddress,
    type: "ipsec.1",
    deviceName: `${hardware.manufacturer} ${hardware.serialNumber}`,
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
      match: [{ property: "ipAddress", record: "properties.network.ipAddress" }],
    },
  ],
  inService: { configurationItem: ["OPERATIONAL"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem" }],
};

/** Parses the state in one go, as a yardstick: how long that takes, reading not counted. */
const parse = `
  const text = require("node:fs").readFileSync(process.argv[1], "utf8");
  const started = performance.now();
  JSON.parse(text);
  console.log(performance.now() - started);`;

/** The most memory that a process had, which it says at its end. */
const memory = (file) =>
  `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;

async function measure(place, endpoint) {
  const at = (name) => join(place, name);
  writeState(at("state.json"));
  writeFileSync(at("rules.json"), JSON.stringify(rules));
  writeFileSync(at("memory.cjs"), memory(at("memory")));
  const env = { ...process.env, NODE_OPTIONS: "", ORANGE_CMDB_CACHE_DIR: at("mirror"), ORANGE_CMDB_ENDPOINT: endpoint };
  const rate = { ORANGE_CMDB_REQUESTS_PER_SECOND: "1000" };
  const keys = { ORANGE_CMDB_ACCESS_TOKEN: "bench", ORANGE_CMDB_API_KEY: "bench", ...rate };
  await runs(process.execPath, [main, "sync", "--output", at("inventory.db")], { env: { ...env, ...keys } });
  const names = ["--state", at("state.json"), "--inventory", at("inventory.db"), "--rules", at("rules.json")];
  const args = ["--require", at("memory.cjs"), main, "drift", ...names, "-o", `json=${at("report.json")}`];
  return interleave(3, {
    parse: async () => Number((await runs(process.execPath, ["-e", parse, at("state.json")])).out),
    report: async () => {
      const { milliseconds } = await runs(process.execPath, args, { env, expect: [2] });
      return { milliseconds, memory: Number(readFileSync(at("memory"), "utf8")) * 1024 };
    },
    size: () => statSync(at("state.json")).size,
  });
}

/** The whole report, as a process from its start to its end, beside JSON.parse of the same state. */
export async function run() {
  const place = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-drift-"));
  try {
    const { parse: parses, report, size } = await withServer(count, 0, (endpoint) => measure(place, endpoint));
    const [whole, yardstick] = [median(report.map(({ milliseconds }) => milliseconds)), median(parses)];
    const most = Math.max(...report.map((figures) => figures.memory));
    return [
      row(
        "drift report of 100,000 resources × 100,000 records, against JSON.parse of its state",
        whole / yardstick,
        3,
        {
          detail: `${ms(whole)} and ${ms(yardstick)} for ${mb(size[0])}`,
        },
      ),
      row("its memory", Math.round(most / 1e6), 1_500, { unit: "MB", detail: "the most of all rounds" }),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
