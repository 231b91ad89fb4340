import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { firstRules } from "../../drift/rules-init/index";
import { runTestFiles } from "../../drift/rules-test/index";
import { readTestFiles } from "../../drift/rules-test/read";
import { openMemoryInventory } from "../../provider/inventory/memory";
import type { Mirror } from "../../provider/inventory/mirror/mirror";

const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-rules-init-"));
let inventory: Mirror;
beforeAll(() => {
  inventory = openMemoryInventory({
    locations: [{ id: "LOC-PAR-001", name: "Paris", "odd name": 1 }],
    configurationItems: [
      {
        id: "CI-RTR-PAR-001",
        name: "par-router-001",
        state: ["OPERATIONAL"],
        serialNumber: "FCZ123456",
        "a\nb": { "#": 1 },
      },
    ],
  });
});
afterAll(() => {
  inventory.close();
  rmSync(folder, { recursive: true });
});

const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
  fc.constantFrom(
    "a\n- b: c",
    "#x",
    "{y}",
    "null",
    "a: b",
    "it's",
    "cmdb:location",
    "x.y",
    "- x",
    "\u0085",
    "\u2028",
    "é",
  ),
);
const value = fc.constantFrom("CI-RTR-PAR-001", "LOC-PAR-001", "par-router-001", "FCZ123456", "other");
const resource = fc.record({
  type: fc.oneof(
    fc.constantFrom("aws:ec2/vpc:Vpc", "aws_vpc", "gcp:compute/instance:Instance"),
    names.map((name) => `a:b:${name}`),
  ),
  key: names,
  value,
  tag: fc.option(value, { nil: undefined }),
});

test("whatever names types, tags and properties have, the files are valid and the cases pass", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(resource, { minLength: 1, maxLength: 5 }), async (all) => {
      const resources = all.map(({ type, key, value: held, tag }, index) => {
        const tags = { [key]: held, ...(tag === undefined ? {} : { "cmdb:configuration-item": tag }) };
        const properties = { [key]: held, tags };
        return { urn: `urn:pulumi:prod::net::${type}::r-${index}`, type, name: `r-${index}`, properties };
      });
      const { rules, tests, cases } = await firstRules({
        sources: [],
        planned: { stack: "prod", resources },
        inventory,
        generator: "test",
        now: new Date(),
        schemas: { rules: " schema", tests: " schema" },
        rulesFile: "cmdb.rules.yaml",
      });
      const path = join(folder, "cmdb.rules.test.yaml");
      writeFileSync(join(folder, "cmdb.rules.yaml"), rules);
      writeFileSync(path, tests);
      const run = runTestFiles(readTestFiles([path]), undefined);
      expect([run.passed, run.files[0]?.cases.length]).toEqual([true, cases]);
      expect(cases).toBeGreaterThanOrEqual(6);
    }),
    { numRuns: 30 },
  );
});
