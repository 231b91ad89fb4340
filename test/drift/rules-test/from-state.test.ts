import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findResource } from "../../../drift/rules-test/from-state/find-resource";
import { writeCase } from "../../../drift/rules-test/from-state/index";
import { outcomeOf } from "../../../drift/rules-test/from-state/trial";
import { runTestFiles } from "../../../drift/rules-test/index";
import { readTestFiles } from "../../../drift/rules-test/read";
import { loadRulesFile } from "../../../policy/config/load-rules";
import type { Finding } from "../../../policy/rules/core/types";
import { evaluate } from "../../../policy/rules/index";
import { openMemoryInventory } from "../../../provider/inventory/memory";
import { collections, kinds } from "../../../provider/model/records";
import { generate } from "../../../sandbox/generate";
import { writeSample } from "../helpers/sample";

test("the written case of each resource of the sample has the findings of the resource, and none of its values", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-from-state-"));
  const records = generate(60, 1);
  const inventory = openMemoryInventory(Object.fromEntries(kinds.map((kind) => [collections[kind], records[kind]])));
  try {
    const { states, rules: path } = writeSample(folder);
    const rules = loadRulesFile(path);
    let findings = 0;
    let written = 0;
    for (const state of states) {
      const { deployment } = JSON.parse(readFileSync(state, "utf8")) as {
        deployment: { resources: { urn: string; inputs: { ipAddress?: string; deviceName: string } }[] };
      };
      for (const { urn, inputs } of deployment.resources) {
        const resource = await findResource(state, urn, rules.rules);
        const { yaml, kept } = writeCase(resource, inventory, rules);
        const test = join(folder, "written.rules.test.yaml");
        writeFileSync(test, `rules: rules.json\n${yaml}`);
        const [file] = runTestFiles(readTestFiles([test]), undefined).files;
        const [result] = file?.cases ?? [];
        expect([urn, result?.failures, kept]).toEqual([urn, [], []]);
        const real = evaluate([resource], inventory, rules.rules).findings.filter(
          ({ rule }) => rule !== "inventory-covered",
        );
        const facts = (of: readonly Finding[]): string => outcomeOf({ findings: of, examined: [], entries: new Set() });
        expect([urn, facts(result?.findings ?? [])]).toEqual([urn, facts(real)]);
        for (const value of [inputs.ipAddress, inputs.deviceName, urn.split("::").at(-1)])
          if (value !== undefined) expect(yaml).not.toContain(value);
        findings += real.length;
        written += 1;
      }
    }
    expect(written).toBeGreaterThan(30);
    expect(findings).toBeGreaterThan(10);
  } finally {
    inventory.close();
    rmSync(folder, { recursive: true });
  }
});
