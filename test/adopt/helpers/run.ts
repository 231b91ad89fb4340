import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "../../../drift/adopt/adopt";
import type { Adoption } from "../../../drift/adopt/report/schema";
import { fileSource } from "../../../drift/sources/source";
import { conventionalRules, type RulesFile } from "../../../policy/rules/file/rules-file";
import type { InventoryRecord } from "../../../provider/model/records";
import { arrayInventory } from "../../policy/helpers/array-inventory";

/** The input of {@link adoptFrom}. */
export interface Given {
  readonly records: readonly InventoryRecord[];
  /** The texts of states by file name. */
  readonly states: ReadonlyMap<string, string>;
  readonly rules?: RulesFile;
}

/** Writes the states to files, and proposes references for their resources. */
export async function adoptFrom({ records, states, rules = conventionalRules }: Given): Promise<Adoption> {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-adopt-"));
  try {
    for (const [name, text] of states) writeFileSync(join(folder, name), text);
    const sources = [...states.keys()].map((name) => ({
      ...fileSource(join(folder, name)),
      stack: name.replace(".json", ""),
    }));
    return await adopt({
      sources,
      inventory: arrayInventory(records),
      rules,
      ruleSource: "the test",
      generator: "orange-cmdb test",
      now: new Date("2026-11-29T00:00:00Z"),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A state of Pulumi with these resources: type, name and properties. */
export function stateOf(...resources: (readonly [type: string, name: string, properties: object])[]): string {
  return JSON.stringify({
    version: 3,
    deployment: {
      manifest: {},
      resources: resources.map(([type, name, inputs]) => ({
        urn: `urn:pulumi:prod::net::${type}::${name}`,
        type,
        custom: true,
        inputs,
      })),
    },
  });
}
