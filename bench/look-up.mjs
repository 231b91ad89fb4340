import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { item } from "./lib/data.mjs";
import { interleave, median, ms, row, run as command, script, withServer } from "./lib/measure.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const cli = path("../dist/cli/main.js");
const times = (figures) => median(figures.map(({ milliseconds }) => milliseconds));

/** Makes a mirror, a JSON file and a list of ids in no order, of so many records; `work` is timed with them. */
async function withInventory(count, work) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  try {
    return await withServer(count, 0, async (endpoint) => {
      const env = {
        ...process.env,
        ORANGE_CMDB_ENDPOINT: endpoint,
        ORANGE_CMDB_TOKEN_URL: endpoint,
        ORANGE_CMDB_ACCESS_TOKEN: "bench",
        ORANGE_CMDB_CACHE_DIR: folder,
        ORANGE_CMDB_MAX_AGE: "100000",
        ORANGE_CMDB_REQUESTS_PER_SECOND: "1000",
      };
      await command(process.execPath, [cli, "sync", "configuration-items"], { env });
      const json = join(folder, "items.json");
      writeFileSync(json, JSON.stringify(Array.from({ length: count }, (_, index) => item(index))));
      const ids = join(folder, "ids.json");
      // A stride that shares no factor with the count visits each once.
      writeFileSync(ids, JSON.stringify(Array.from({ length: count }, (_, index) => item((index * 7919) % count).id)));
      const ours = (n) => () => script(path("look-up/mirror.mjs"), [folder, n, ids, endpoint]);
      const map = (n) => () => script(path("look-up/map.mjs"), [json, n, ids]);
      return await work({ env, ours, map });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Look-ups in a mirror that is there, and the command that makes one. */
export async function run({ rounds = 7 } = {}) {
  const rows = await withInventory(100_000, async ({ env, ours, map }) => {
    const many = await interleave(rounds, { ours: ours(100_000), map: map(100_000) });
    const one = await interleave(rounds, { ours: ours(1), map: map(1) });
    const get = ["get", "configuration-item", item(4711).id, "-o", "json"];
    const started = await interleave(2 * rounds, {
      get: () => command(process.execPath, [cli, ...get], { env }),
      node: () => command(process.execPath, ["-e", "0"], { env }),
    });
    return [
      row("orange-cmdb get from 100,000, against node -e 0", times(started.get) / times(started.node), 5, {
        detail: `${ms(times(started.get))} against ${ms(times(started.node))}`,
      }),
      row("100,000 look-ups by id, against a Map filled from one JSON file", times(many.ours) / times(many.map), 2, {
        detail: `${ms(times(many.ours))} against ${ms(times(many.map))}`,
      }),
      row("one look-up in a new process, the JSON file against the mirror", times(one.map) / times(one.ours), 20, {
        atLeast: true,
        detail: `${ms(times(one.map))} against ${ms(times(one.ours))}`,
      }),
    ];
  });
  const perLookUp = {};
  for (const count of [10_000, 100_000, 1_000_000]) {
    const figures = await withInventory(count, async ({ ours }) => (await interleave(3, { ours: ours(10_000) })).ours);
    perLookUp[count] = times(figures) / 10_000;
  }
  const [small, middle, large] = Object.values(perLookUp).map((each) => `${(each * 1000).toFixed(1)} µs`);
  rows.push(
    row("time of a look-up, in 1,000,000 against in 100,000", perLookUp[1_000_000] / perLookUp[100_000], 1.5, {
      detail: `${large}, ${middle} and ${small} in 10,000`,
    }),
  );
  return rows;
}
