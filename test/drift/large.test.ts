import { constants } from "node:buffer";
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { peakMemoryHook } from "../helpers/peak-memory";

let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
});
afterAll(() => scene.end());

const perPart = 500;

/** Writes a state of at least this many bytes; answers how many resources are in it. */
function writeState(path: string, size: number): number {
  const resource = (index: number): string =>
    JSON.stringify({
      urn: `urn:pulumi:prod::net::a:b:C::r-${index}`,
      type: "a:b:C",
      inputs: { tags: { "cmdb:configuration-item": index === 7 ? "CI-NONE" : "CI-RTR-PAR-001" } },
      outputs: { body: `{"[${"é".repeat(9_000)}` },
    });
  const file = openSync(path, "w");
  writeSync(file, '{"version":3,"deployment":{"resources":[');
  let count = 0;
  for (let written = 0; written < size; count += perPart) {
    const part = Array.from({ length: perPart }, (_, index) => resource(count + index)).join(",\n");
    written += writeSync(file, `${count > 0 ? "," : ""}${part}`);
  }
  writeSync(file, "]}}");
  closeSync(file);
  return count;
}

test("a state larger than the maximum string is read as a stream, in little memory", async () => {
  const path = join(scene.cacheDir, "large.json");
  const count = writeState(path, constants.MAX_STRING_LENGTH + 1_000_000);
  expect(statSync(path).size).toBeGreaterThan(constants.MAX_STRING_LENGTH);
  const told = join(scene.cacheDir, "memory");
  const hook = join(scene.cacheDir, "memory.cjs");
  writeFileSync(hook, peakMemoryHook(told));
  const made = join(scene.cacheDir, "report.json");
  const args = ["drift", "--state", path, "-o", `json=${made}`];
  const { code, err } = await scene.cli(args, { NODE_OPTIONS: `--require ${hook}` });
  expect([code, err]).toEqual([2, expect.any(String)]);
  const report = JSON.parse(readFileSync(made, "utf8")) as Report;
  expect(report.summary).toMatchObject({ resources: count, referencing: count });
  expect(report.findings.map(({ recordId }) => recordId)).toEqual(["CI-NONE"]);
  expect(Number(readFileSync(told, "utf8")) / 1024).toBeLessThan(1_500);
}, 180_000);
