import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { guideFiles } from "../drift/rules-test/helpers/guide";

const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-from-state-"));
const write = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const urn = (name: string): string => `urn:pulumi:prod::acme::${gateway}::${name}`;
const deployed = (name: string, properties: object): object => ({
  urn: urn(name),
  custom: true,
  id: `cgw-${name}`,
  type: gateway,
  inputs: {},
  outputs: properties,
});
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
const tags = { "cmdb:configuration-item": "CI-ACME-7", "cmdb:location": "ACME-LYON", owner: "Jane Doe" };
const state = {
  version: 3,
  deployment: {
    resources: [
      deployed("acme-paris", { ipAddress: "10.9.8.7", deviceName: "acme-edge", tags }),
      deployed("acme-hidden", { ipAddress: secret, tags }),
      deployed("acme-alone", { ipAddress: "10.9.8.7" }),
      deployed("acme-abroad", { region: "eu-central-1", ipAddress: "10.1.2.3", tags }),
    ],
  },
};

let scene: TestEnvironment;
beforeAll(async () => {
  write("cmdb.rules.yaml", guideFiles().rules);
  write("state.json", state);
  write("configurationItems.json", [
    {
      id: "CI-ACME-7",
      name: "acme-router",
      category: ["WAN_DEVICE"],
      state: ["OPERATIONAL"],
      location: { id: "ACME-PARIS" },
      contact: { name: "Jane Doe" },
      properties: { network: { ipAddress: "10.1.2.3" } },
    },
  ]);
  write("locations.json", [
    { id: "ACME-PARIS", name: "Acme Paris", address: { city: "Puteaux", country: "FR" } },
    { id: "ACME-LYON", name: "Acme Lyon", address: { city: "Lyon", country: "FR" } },
  ]);
  scene = await createTestEnvironment({ data: folder });
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]): Promise<CommandResult> =>
  scene.cli(["rules", "test", ...args], { ORANGE_CMDB_RULES: join(folder, "cmdb.rules.yaml") });
const written = (name: string): Promise<CommandResult> =>
  run("--from-state", join(folder, "state.json"), "--resource", name);

test("--from-state prints a case with the findings of the resource, and without its values", async () => {
  const { code, out, err } = await written(urn("acme-paris"));
  expect([code, err]).toEqual([0, expect.not.stringMatching(/warning/)]);
  expect(out).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=node_modules/pulumi-orange-cmdb/schemas/rules-test.schema.json
    records:
      configurationItem:
        - id: text-2
          state:
            - OPERATIONAL
          location:
            id: text-4
          properties:
            network:
              ipAddress: 192.0.2.5
      location:
        - id: text-4
          address:
            city: text-6
            country: FR
        - id: text-3
          address:
            city: text-7
            country: FR
    cases:
      - name: describe the behaviour
        resource:
          type: aws:ec2/customerGateway:CustomerGateway
          name: resource
          properties:
            ipAddress: 192.0.2.1
            tags:
              cmdb:configuration-item: text-2
              cmdb:location: text-3
        expect:
          - rule: attributes-match
            record: text-2
          - rule: location-consistent
            record: text-2
    "
  `);
  expect(out).not.toMatch(/acme|jane|10\.\d|lyon|puteaux/i);
  const { code: passed, out: result } = await run(write("written.rules.test.yaml", out));
  expect([passed, result]).toEqual([0, expect.stringMatching(/1 case passed, 0 failed/)]);
});

test("a secret of the state is an unknown value, and the resource can be named by its name", async () => {
  const { code, out } = await written("acme-hidden");
  expect(code).toBe(0);
  expect(out).toMatch(/ipAddress:\n +unknown: true/);
  expect(out).toMatch(/rule: attributes-match\n[^]*undecided: true/);
});

test("a resource without a record gives the finding that it has none", async () => {
  const { code, out } = await written("acme-alone");
  expect(code).toBe(0);
  expect(out).toMatch(/expect:\n +- rule: reference-required\n$/);
});

test("a value that cannot be replaced is named in a warning", async () => {
  const { code, out, err } = await written("acme-abroad");
  expect(code).toBe(0);
  expect(out).toMatch(/region: eu-central-1\n/);
  expect(err).toMatch(/not anonymized, because the findings depend on the value: properties\.region; check these/);
});

test("a resource that is not there, and --resource alone, exit with 1", async () => {
  const missing = await written("acme-pariz");
  expect([missing.code, missing.err]).toEqual([
    1,
    expect.stringContaining('no resource ends with "acme-pariz"; did you mean "acme-paris"'),
  ]);
  const alone = await run("--resource", "x");
  expect([alone.code, alone.err]).toEqual([1, expect.stringMatching(/--resource needs --from-state FILE/)]);
  const without = await run("--from-state", join(folder, "state.json"));
  expect([without.code, without.err]).toEqual([1, expect.stringMatching(/--from-state needs --resource URN/)]);
});
