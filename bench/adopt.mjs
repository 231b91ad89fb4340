// The proposal for 100,000 resources without a reference and 100,000 records, beside the drift report of the same resources.
// npm run bench -- adopt
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareCommand } from "./lib/command.mjs";
import { router, rules, writeState } from "./lib/fleet.mjs";
import { interleave, median, ms, row, withServer } from "./lib/measure.mjs";

const count = 100_000;

/** A router that names no record; its serial number is that of one. */
function untagged(index) {
  const { inputs, outputs, ...rest } = router(index);
  const tags = { owner: "network", environment: "prod" };
  return { ...rest, inputs: { ...inputs, tags }, outputs: { ...outputs, tags } };
}

async function measure(place, endpoint) {
  const at = (name) => join(place, name);
  writeState(at("tagged.json"), count, router);
  writeState(at("untagged.json"), count, untagged);
  const command = await prepareCommand(place, endpoint, rules);
  return interleave(3, {
    report: () => command(["drift", "--state", at("tagged.json"), "-o", `json=${at("report.json")}`], { expect: [2] }),
    proposal: async () => {
      const figures = await command(["adopt", "--state", at("untagged.json"), "--write", at("proposals")]);
      rmSync(at("proposals"), { recursive: true });
      return figures;
    },
  });
}

/** The whole command, as a process from its start to its end, beside the report. */
export async function run() {
  const place = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-adopt-"));
  try {
    const { report, proposal } = await withServer(count, 0, (endpoint) => measure(place, endpoint));
    const [whole, yardstick] = [proposal, report].map((figures) =>
      median(figures.map(({ milliseconds }) => milliseconds)),
    );
    const most = Math.max(...proposal.map(({ memory }) => memory));
    return [
      row("proposal of adopt, 100,000 resources × 100,000 records, against the drift report", whole / yardstick, 3, {
        detail: `${ms(whole)} and ${ms(yardstick)}; ${proposal[0].out.split("\n")[0]}`,
      }),
      row("memory of adopt", Math.round(most / 1e6), 2_000, { unit: "MB", detail: "the most of all rounds" }),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
