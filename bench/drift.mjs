// The whole drift report of 100,000 resources against 100,000 records, beside JSON.parse of the same state file.
// npm run bench -- drift
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareCommand } from "./lib/command.mjs";
import { router, rules, writeState } from "./lib/fleet.mjs";
import { interleave, mb, median, ms, row, run as runs, withServer } from "./lib/measure.mjs";

const count = 100_000;

/** Measures JSON.parse of the state as a reference, without reading the file. */
const parse = `
  const text = require("node:fs").readFileSync(process.argv[1], "utf8");
  const started = performance.now();
  JSON.parse(text);
  console.log(performance.now() - started);`;

async function measure(place, endpoint) {
  const at = (name) => join(place, name);
  writeState(at("state.json"), count, router);
  const command = await prepareCommand(place, endpoint, rules);
  return interleave(3, {
    parse: async () => Number((await runs(process.execPath, ["-e", parse, at("state.json")])).out),
    report: () => command(["drift", "--state", at("state.json"), "-o", `json=${at("report.json")}`], { expect: [2] }),
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
