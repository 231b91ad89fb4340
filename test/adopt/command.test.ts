import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Adoption } from "../../drift/adopt/report/schema";
import schema from "../../schemas/adoption.schema.json";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { stateOf } from "./helpers/run";

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "adopt-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => scene.end());

const gateway = "aws:ec2/customerGateway:CustomerGateway";

/** Writes a state with gateways for four items of the sandbox, and one whose serial number no record has. */
function state(): string {
  const path = join(folder, "state.json");
  const routers = scene.sandbox.records("configurationItem").filter((record) => serialOf(record) !== undefined);
  const resources = routers
    .slice(0, 4)
    .map((record, index) => [gateway, `gw-${index}`, { serial: serialOf(record) }] as const);
  writeFileSync(path, stateOf(...resources, [gateway, "gw-other", { serial: "ELSEWHERE-1" }]));
  return path;
}

function serialOf(record: Readonly<Record<string, unknown>>): string | undefined {
  return (record as { properties?: { hardware?: { serialNumber?: string } } }).properties?.hardware?.serialNumber;
}

test("prints a proposal as JSON that has its schema", async () => {
  const { code, out } = await scene.cli(["adopt", "--state", state(), "-o", "json"]);
  expect(code).toBe(0);
  const adoption = JSON.parse(out) as Adoption;
  const validate = addFormats(new Ajv2020({ strict: true })).compile(schema);
  expect([validate(adoption), validate.errors]).toEqual([true, null]);
  expect(adoption.summary).toMatchObject({ stacks: 1, resources: 5, referencing: 0, certain: 4, none: 1 });
  expect(adoption.patterns).toMatchObject([{ by: "serialNumber", value: "serial", support: { matched: 4, of: 5 } }]);
});

test("prints counts, patterns and matches on the console", async () => {
  const path = join(folder, "device.json");
  const [one, other] = scene.sandbox
    .records("configurationItem")
    .filter((record) => serialOf(record))
    .slice(10);
  const device = "meraki:devices/device:Device";
  const text = stateOf(
    [device, "exact", { serial: "OTHER-1", info: one?.["id"] }],
    [device, "named", { name: String(other?.["name"]).toUpperCase() }],
    [device, "both", { info: "CI-SWI-BRU-001", serial: "CI-SWI-LYS-001" }],
  );
  writeFileSync(path, text.replaceAll("::net::", "::lan::"));
  const { code, out } = await scene.cli(["adopt", "--state", state(), "--state", path]);
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "0 of 8 resources refer to a record; 5 certain, 1 likely, 1 ambiguous, 1 without a match
    Coverage: 0 % (0 of 80) now, 5 % (4 of 80) with the proposed rules, 6 % (5 of 80) with rules and tags

    Proposed rules
      4 of 5 aws:ec2/customerGateway:CustomerGateway: serial = serialNumber of configurationItem; 1 without a record

    Certain
      exact meraki:devices/device:Device in lan/prod → configurationItem CI-RTR-MRS-001-3
          info = id: "CI-RTR-MRS-001-3"

    Likely: check each of them
      named meraki:devices/device:Device in lan/prod → configurationItem CI-RTR-MRS-001-4
          name = name: "MRS-ROUTER-001-4", "mrs-router-001-4"

    Ambiguous: not decided
      both meraki:devices/device:Device in lan/prod: the evidence points to different records
        configurationItem CI-SWI-BRU-001
          info = id: "CI-SWI-BRU-001"
        configurationItem CI-SWI-LYS-001
          serial = id: "CI-SWI-LYS-001"
    "
  `);
});

test("prints every match with --verbose", async () => {
  const { out } = await scene.cli(["--verbose", "adopt", "--state", state()]);
  expect(out.match(/ → configurationItem CI-/g)).toHaveLength(4);
});

test("prints one line for each match as CSV", async () => {
  const { code, out } = await scene.cli(["adopt", "--state", state(), "-o", "csv"]);
  const [head, ...rows] = out.trimEnd().split("\n");
  expect([code, rows.length]).toEqual([0, 4]);
  expect(head).toBe("\ufeffconfidence,stack,urn,type,kind,recordId,pattern,reason,evidence");
  expect(rows[0]).toMatch(/^certain,net\/prod,.*,configurationItem,CI-[^,]*,serial = serialNumber,,/);
});

test("reads a plan of Terraform", async () => {
  const path = join(folder, "plan.json");
  const serial = serialOf(scene.sandbox.records("configurationItem").find(serialOf) ?? {});
  const change = { actions: ["create"], after: { serial }, after_unknown: {}, after_sensitive: {} };
  const resource = { address: "meraki_device.a", mode: "managed", type: "meraki_device", name: "a", change };
  const plan = {
    format_version: "1.2",
    planned_values: { root_module: {} },
    resource_changes: [resource],
    complete: true,
  };
  writeFileSync(path, JSON.stringify(plan));
  const { out } = await scene.cli(["adopt", "--plan", path, "-o", "json"]);
  expect((JSON.parse(out) as Adoption).matches).toMatchObject([{ type: "meraki_device", confidence: "certain" }]);
});

test("notes that a state is locked", async () => {
  const path = join(folder, "prod.tfstate");
  const empty = { version: 4, terraform_version: "1.9.0", serial: 1, lineage: "a", outputs: {}, resources: [] };
  writeFileSync(path, JSON.stringify(empty));
  writeFileSync(join(folder, ".prod.tfstate.lock.info"), "{}");
  const { code, out } = await scene.cli(["adopt", "--from", path]);
  expect(code).toBe(0);
  expect(out).toMatch(/prod\.tfstate is locked/);
});

test("rejects a stack that two states contain", async () => {
  const [path, copy] = [state(), join(folder, "copy.json")];
  copyFileSync(path, copy);
  const { code, out, err } = await scene.cli(["adopt", "--state", path, "--state", copy]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("the stack net/prod occurs twice: pass each stack in one source only");
});

test("writes no file without --write", async () => {
  const path = state();
  await scene.cli(["adopt", "--state", path, "--cwd", folder]);
  expect(readdirSync(folder)).toEqual(["state.json"]);
});

test.each([
  ["no source", [], "no deployed resources given"],
  ["a missing state", ["--state", "nowhere.json"], "nowhere.json"],
  ["a missing decisions file", ["--state", "a", "--decisions", "nowhere.yaml"], "nowhere.yaml cannot be read"],
  ["a missing rules file", ["--plan", "plan.json", "--rules", "nowhere.yaml"], "nowhere.yaml"],
  ["standard input twice", ["--state", "-", "--plan", "-"], "standard input can be read only once"],
  ["a pattern without a backend", ["--state", "a", "--include", "*"], "--include and --exclude need"],
  ["--stack with --all-stacks", ["--stack", "a", "--all-stacks"], "cannot be combined"],
])("exits with 1 for %s", async (_name, args, message) => {
  const { code, out, err } = await scene.cli(["adopt", ...args]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain(message);
});

test("exits with 1 for a state that is cut off", async () => {
  const path = join(folder, "cut.json");
  writeFileSync(path, '{"version":3,"deployment":{"resources":[{"urn":"u","type":"a:b:C"}');
  const { code, out } = await scene.cli(["adopt", "--state", path]);
  expect([code, out]).toEqual([1, ""]);
});

test("exits with 1 if the API is not available", async () => {
  const down = { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" };
  const { code, out } = await scene.cli(["adopt", "--state", state()], down);
  expect([code, out]).toEqual([1, ""]);
});
