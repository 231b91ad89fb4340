// All rules over as many resources as records, against a bare loop that parses the same inventory from one JSON file into
// a Map and looks each reference up. Both start from files on disk; nothing is fetched. node bench/rules.mjs
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { interleave, median, ms, row, script } from "./lib/measure.mjs";
import { kinds, makeRecords } from "./rules/scene.mjs";

const require = createRequire(import.meta.url);
const { openInventory } = require("../dist/provider/inventory/open.js");
const { startSandbox } = require("../dist/sandbox/index.js");

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const times = (figures) => median(figures.map(({ milliseconds }) => milliseconds));

/** Measures both sides at one size. Returns their medians. */
async function measure(size, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  const records = makeRecords(size);
  for (const [name, list] of Object.entries(records)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(list));
  const json = join(folder, "inventory.json");
  const sandbox = await startSandbox({ data: folder });
  const rate = { ORANGE_CMDB_REQUESTS_PER_SECOND: "1000" };
  const mirror = { ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"), ORANGE_CMDB_MAX_AGE: "100000" };
  const env = { ...sandbox.environment, ...mirror, ...rate };
  try {
    Object.assign(process.env, env);
    (await openInventory({ kinds, config: () => undefined })).close();
    // The same inventory, as API responses.
    writeFileSync(json, JSON.stringify(Object.fromEntries(kinds.map((kind) => [kind, records[`${kind}s`]]))));
    const figures = await interleave(rounds, {
      bare: () => script(path("rules/bare.mjs"), [json, size]),
      ours: () => script(path("rules/ours.mjs"), [size], env),
      byName: () => script(path("rules/ours.mjs"), [size, "by-name"], env),
    });
    return { bare: times(figures.bare), ours: times(figures.ours), byName: times(figures.byName) };
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All rules at 25,000 and at 100,000. */
export async function run({ rounds = 7 } = {}) {
  const small = await measure(25_000, Math.ceil(rounds / 2));
  const large = await measure(100_000, rounds);
  const each = ({ ours }, size) => `${((1000 * ours) / size).toFixed(1)} µs`;
  return [
    row("all rules over 100,000 resources and 100,000 records, against a bare loop", large.ours / large.bare, 3, {
      detail: `${ms(large.ours)} against ${ms(large.bare)}`,
    }),
    row("all rules with references by name, against by id", large.byName / large.ours, 1.5, {
      detail: `${ms(large.byName)} against ${ms(large.ours)}`,
    }),
    row("time for a resource, of 100,000 against of 25,000", large.ours / 100_000 / (small.ours / 25_000), 1.5, {
      detail: `${each(large, 100_000)} and ${each(small, 25_000)}`,
    }),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const rows = await run();
  for (const { measure: what, value, bound, detail, holds } of rows)
    console.log(`${holds ? "ok    " : "MISSED"} ${what}: ${value.toFixed(2)} × (≤ ${bound} ×; ${detail})`);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
}
