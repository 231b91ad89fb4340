import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Mirror } from "../../provider/inventory/mirror/mirror";
import fc from "../helpers/fast-check";
import type { TestEnvironment } from "../helpers/environment";
import { contradictionsOf, explainAll } from "./helpers/explain";
import { changedScene, sampleRules, writeSample } from "./helpers/sample";

let scene: TestEnvironment;
let inventory: Mirror;
let folder: string;

beforeAll(async () => {
  scene = await changedScene();
  inventory = await scene.open();
  folder = mkdtempSync(join(scene.cacheDir, "explain-"));
});
afterAll(async () => {
  inventory.close();
  await scene.end();
});

test("the explanations of the sample have each finding of its report, and no other", async () => {
  const { states } = writeSample(join(folder, "sample"));
  const ignore = [{ rule: "record-exists", resource: "*", record: "*", reason: "accepted" }];
  const rules = { ...sampleRules, ignore: [{ rule: "attributes-match", resource: "*lys*", reason: "moving" }] };
  const first = await explainAll(inventory, { states, rules, ignore });
  expect(contradictionsOf(first)).toEqual([]);
  const { findings, ignored } = first.report;
  expect([findings.length > 0, ignored.length > 0, first.explanations.size > 40]).toEqual([true, true, true]);
  // With a baseline, the same findings are known.
  const second = await explainAll(inventory, { states, rules, ignore, baseline: first.report });
  expect([second.report.findings, second.report.knownFindings.length]).toEqual([[], findings.length]);
  expect(contradictionsOf(second)).toEqual([]);
});

const strict = {
  references: [
    {
      types: ["*"],
      kind: "location",
      required: true,
      match: [{ property: "region || location", record: "country" }],
    },
    {
      types: ["*"],
      kind: "configurationItem",
      id: 'tags."cmdb:configuration-item" || name',
      match: [
        { property: "bgpAsn", record: "name" },
        { property: "ipAddress || ip_address", record: "ipAddress", as: "ip" },
      ],
    },
    { types: ["aws:ec2/*", "aws_*"], kind: "configurationItem", by: "ipAddress", value: "ipAddress", as: "ip" },
  ],
  unique: { location: 1, configurationItem: 1 },
  residency: {},
};

const fixtures = resolve(__dirname, "../fixtures");
const states = [...readdirSync(join(fixtures, "states")).map((name) => `states/${name}`), "terraform/state.json"];
test.each(states)("the explanations of %s agree with its report", async (name) => {
  for (const rules of [strict, sampleRules, { references: [{ types: ["none:*"], kind: "location" }] }]) {
    const explained = await explainAll(inventory, { states: [join(fixtures, name)], rules });
    expect(contradictionsOf(explained)).toEqual([]);
    expect(explained.explanations.size).toBeGreaterThan(0);
  }
});

const text = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const resource = fc.record({
  type: text(
    "aws:ec2/customerGateway:CustomerGateway",
    "aws:ec2/vpc:Vpc",
    "azure-native:network:VirtualNetwork",
    "pulumi:providers:aws",
    "my:component:Site",
    "orange-cmdb:index:Location",
  ),
  custom: fc.boolean(),
  external: fc.boolean(),
  inputs: fc.record(
    {
      ipAddress: fc.oneof(text("10.0.0.3", "10.0.0.11", "192.0.2.9", "no address"), fc.constant(secret)),
      deviceName: text("par-router-001", "other"),
      region: text("eu-west-3", "us-east-1", "eu-unknown-9"),
      location: text("francecentral", "westeurope"),
      locationId: text("LOC-PAR-001", "LOC-NONE"),
      tags: fc.record(
        {
          "cmdb:configuration-item": fc.oneof(
            text("CI-RTR-PAR-001", "CI-RTR-PAR-0O1", "CI-RTR-FRA-001", "CI-SWI-PAR-001 CI-SWI-LYS-001", ""),
            fc.constant(secret),
            fc.constant(true),
          ),
          "cmdb:location": fc.oneof(text("LOC-PAR-001", "LOC-LYS-001", "LOC-NONE"), fc.constant(secret)),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
});
const entry = fc.record({
  types: fc.constantFrom(["*"], ["aws:*"], ["aws:ec2/customerGateway:CustomerGateway"], ["my:component:Site"]),
  required: fc.boolean(),
  reference: fc.constantFrom(
    { kind: "configurationItem" },
    { kind: "location" },
    { kind: "configurationItem", by: "ipAddress", value: "ipAddress", as: "ip" },
    { kind: "location", id: "locationId" },
  ),
  match: fc.subarray([
    { property: "ipAddress", record: "ipAddress", as: "ip" },
    { property: "deviceName", record: "name" },
    { property: "tags.none", record: "attributes.none" },
  ]),
});

test("explanations of generated resources and rules agree with the report", async () => {
  let ofFindings = 0;
  let ofNone = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(resource, { minLength: 1, maxLength: 6 }),
      fc.array(entry, { maxLength: 4 }),
      fc.boolean(),
      async (resources, entries, hasMore) => {
        const path = join(folder, "state.json");
        const deployed = resources.map((one, index) => ({
          ...{ ...one, outputs: one.inputs },
          urn: `urn:pulumi:prod::net::${one.type}::r${index}`,
        }));
        writeFileSync(path, JSON.stringify({ version: 3, deployment: { resources: deployed } }));
        const rules = {
          references: entries.map(({ reference, ...more }) => ({ ...more, ...reference })),
          ...(hasMore
            ? { unique: { configurationItem: 1 }, residency: {}, inService: { configurationItem: ["OPERATIONAL"] } }
            : {}),
        };
        const explained = await explainAll(inventory, { states: [path], rules });
        expect(contradictionsOf(explained)).toEqual([]);
        const shown = JSON.stringify([...explained.explanations.values()]);
        expect(shown).not.toContain("v1:x");
        for (const { findings } of explained.explanations.values())
          if (findings.length > 0) ofFindings += 1;
          else ofNone += 1;
      },
    ),
    { numRuns: 150 },
  );
  expect([ofFindings > 50, ofNone > 50]).toEqual([true, true]);
});
