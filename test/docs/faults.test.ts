import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { testTitles } from "../helpers/test-titles";

const root = resolve(__dirname, "../..");
const page = join(root, "test/FAULTS.md");

/** The test files about faults, without `test/` and `.test.ts`. */
const sections: Readonly<Record<string, readonly string[]>> = {
  "The API": [
    ...["account-list", "adaptive-limiter", "call-tokens", "calls", "errors", "failed-calls", "health-report"].map(
      (name) => `api/${name}`,
    ),
    ...["list", "paging", "rate", "token"].map((name) => `api/${name}`),
    ...["faults/answers", "faults/calls", "faults/ids", "faults/large", "sandbox/variants"],
  ],
  "The network": ["api/network", "faults/addresses", "faults/proxy", "doctor/certificate"],
  "The mirror": [
    ...["corruption", "incremental", "inventory-file", "mirror-file", "mirror-session", "permissions"].map(
      (name) => `inventory/${name}`,
    ),
    ...["faults/mirror", "faults/processes", "doctor/mirror"],
  ],
  "Object stores": ["objects/damage", "objects/retries"],
  "Files that commands write": [
    ...["output-targets", "one-file-for-two", "interrupted-writes", "edited-ignore-file"].map(
      (name) => `faults/${name}`,
    ),
    "drift/write-ignore",
  ],
  "The policy pack": [
    "engine/policy-pack",
    "policy/load-rules",
    "security/expression-cost",
    "security/expression-places",
  ],
  "The drift report": [
    ...["command", "merge", "organizations", "refresh", "sources", "stale", "summary"].map((name) => `drift/${name}`),
    "faults/contradictions",
  ],
  "Locations of states": ["gitlab", "hcp-terraform", "http-state"].map((name) => `drift/locations/${name}`),
  "The provider plugin": ["plugin/install", "plugin/service", "plugin/settings"],
  "The machine and its inputs": [
    ...["faults/old-node", "faults/warnings", "security/inputs", "security/terminal"],
    ...["fuzz/arguments", "fuzz/formats", "fuzz/readers"],
  ],
  "Random faults": ["chaos/reads"],
};

function listOf(file: string): string {
  const path = `${file}.test.ts`;
  const items = testTitles(join(root, "test", path)).map((title) => `- ${title.replace(/[\\`*_<>[\]{}|~]/g, "\\$&")}`);
  return [`### [test/${path}](${path})`, "", ...items].join("\n");
}

test("test/FAULTS.md lists the tests about faults by title", () => {
  const head = [
    "# Faults and their tests",
    "",
    "The faults that are tested, by the titles of the tests. `…` stands for the values of a table in the test.",
    "[Reliability](../docs/explanation/reliability.md) summarizes them for users.",
    "",
    "This file is generated. To update it, run `ORANGE_CMDB_UPDATE=1 npm test -- test/docs/faults.test.ts`.",
  ].join("\n");
  const parts = Object.entries(sections).map(([title, files]) => [`## ${title}`, ...files.map(listOf)].join("\n\n"));
  const generated = `${[head, ...parts].join("\n\n")}\n`;
  if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(page, generated);
  expect(readFileSync(page, "utf8")).toBe(generated);
});

test("test/FAULTS.md includes every test file of test/faults, test/fuzz and test/chaos", () => {
  const listed = Object.values(sections).flat();
  for (const folder of ["faults", "fuzz", "chaos"]) {
    const files = readdirSync(join(root, "test", folder)).filter((name) => name.endsWith(".test.ts"));
    for (const name of files) expect(listed).toContain(posix.join(folder, name.replace(".test.ts", "")));
  }
});
