import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Adoption } from "../../drift/adopt/report/schema";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { stateOf } from "./helpers/run";

let scene: TestEnvironment;
let folder: string;
let proposals: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "adopt-"));
  proposals = join(folder, "proposals");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => scene.end());

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const device = "meraki:devices/device:Device";
const address = "gcp:compute/address:Address";
const config = "kubernetes:core/v1:ConfigMap";

interface Item {
  readonly id: string;
  readonly name: string;
  readonly properties: { readonly hardware?: { readonly serialNumber?: string } };
}

const items = (): Item[] =>
  (scene.sandbox.records("configurationItem") as unknown as Item[]).filter(({ properties }) => properties.hardware);
const serial = (index: number): string => items()[index]?.properties.hardware?.serialNumber ?? "";

type Resources = Parameters<typeof stateOf>;

const resources = (): Resources => [
  ...[0, 1, 2, 3].map((index) => [gateway, `gw-${index}`, { serial: serial(index), tags: {} }] as const),
  [device, "device", { serial: serial(4), tags: ["branch"] }],
  [address, "address", { description: serial(5), labels: { env: "prod" } }],
  [config, "config", { metadata: { name: "config", annotations: { asset: serial(6) } } }],
  [device, "named", { name: items()[7]?.name.toUpperCase(), tags: [] }],
];

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function adopt(...args: string[]): Promise<Adoption> {
  const { code, out, err } = await scene.cli(["adopt", ...args, "-o", "json"]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Adoption;
}

async function drift(state: string, rules: string): Promise<Report> {
  const { out } = await scene.cli(["drift", "--state", state, "--rules", rules, "-o", "json"]);
  return JSON.parse(out) as Report;
}

const read = (name: string): string => readFileSync(join(proposals, name), "utf8");

test("writes rules, tags, imports and decisions", async () => {
  await adopt("--state", write("state.json", stateOf(...resources())), "--write", proposals);
  expect(readdirSync(proposals).sort()).toEqual([
    "adopt.decisions.yaml",
    "cmdb.rules.yaml",
    "import.net.prod.json",
    "tags.net.prod.yaml",
  ]);
  expect(read("cmdb.rules.yaml")).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=node_modules/pulumi-orange-cmdb/schemas/rules.schema.json
    # Rules for orange-cmdb and its policy pack. See https://github.com/orange-cmdb/pulumi-orange-cmdb.

    references:
      # 4 of 4 aws:ec2/customerGateway:CustomerGateway: serial = serialNumber of configurationItem
      - types:
          - aws:ec2/customerGateway:CustomerGateway
        kind: configurationItem
        by: serialNumber
        value: serial
      - types:
          - "*"
        kind: configurationItem
      - types:
          - "*"
        kind: location
      - types:
          - "*"
        kind: servicePoint
    "
  `);
  expect(read("tags.net.prod.yaml")).toMatchInlineSnapshot(`
    "# Tags that orange-cmdb adopt proposes for the resources of one stack. Set those under tags in the program.
    # Check each one under review first: its evidence is weaker.
    stack: net/prod
    tags:
      - resource: urn:pulumi:prod::net::gcp:compute/address:Address::address
        type: gcp:compute/address:Address
        kind: configurationItem
        record: CI-SWI-LYS-001
        property: labels
        key: cmdb-configuration-item
        value: ci-swi-lys-001
        evidence:
          - 'description = serialNumber: "SN00000008"'
      - resource: urn:pulumi:prod::net::kubernetes:core/v1:ConfigMap::config
        type: kubernetes:core/v1:ConfigMap
        kind: configurationItem
        record: CI-RTR-LYS-001-3
        property: metadata.annotations
        key: cmdb/configuration-item
        value: CI-RTR-LYS-001-3
        evidence:
          - 'metadata.annotations.asset = serialNumber: "SN00000010"'
      - resource: urn:pulumi:prod::net::meraki:devices/device:Device::device
        type: meraki:devices/device:Device
        kind: configurationItem
        record: CI-RTR-LYS-001
        property: tags
        tag: cmdb:configuration-item=CI-RTR-LYS-001
        evidence:
          - 'serial = serialNumber: "SN00000007"'
    review:
      - resource: urn:pulumi:prod::net::meraki:devices/device:Device::named
        type: meraki:devices/device:Device
        kind: configurationItem
        record: CI-RTR-LYS-001-4
        property: tags
        tag: cmdb:configuration-item=CI-RTR-LYS-001-4
        evidence:
          - 'name = name: "LYS-ROUTER-001-4", "lys-router-001-4"'
    "
  `);
  expect(read("adopt.decisions.yaml")).toMatchInlineSnapshot(`
    "# Matches that orange-cmdb adopt proposed. Change decision to accepted, or to rejected: a rejected match is not proposed
    # again. An accepted entry of your own decides an ambiguous resource.

    decisions:
      - resource: urn:pulumi:prod::net::gcp:compute/address:Address::address
        kind: configurationItem
        record: CI-SWI-LYS-001
        decision: proposed
      - resource: urn:pulumi:prod::net::kubernetes:core/v1:ConfigMap::config
        kind: configurationItem
        record: CI-RTR-LYS-001-3
        decision: proposed
      - resource: urn:pulumi:prod::net::meraki:devices/device:Device::device
        kind: configurationItem
        record: CI-RTR-LYS-001
        decision: proposed
      - resource: urn:pulumi:prod::net::meraki:devices/device:Device::named
        kind: configurationItem
        record: CI-RTR-LYS-001-4
        decision: proposed
    "
  `);
  expect(read("import.net.prod.json")).toMatchInlineSnapshot(`
    "{
      "resources": [
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-rtr-lys-001",
          "id": "CI-RTR-LYS-001"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-rtr-lys-001-3",
          "id": "CI-RTR-LYS-001-3"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-rtr-par-001",
          "id": "CI-RTR-PAR-001"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-rtr-par-001-3",
          "id": "CI-RTR-PAR-001-3"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-rtr-par-001-4",
          "id": "CI-RTR-PAR-001-4"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-swi-lys-001",
          "id": "CI-SWI-LYS-001"
        },
        {
          "type": "orange-cmdb:index:ConfigurationItem",
          "name": "ci-swi-par-001",
          "id": "CI-SWI-PAR-001"
        }
      ]
    }
    "
  `);
});

(process.platform === "win32" ? test.skip : test)("writes files that only the user can read", async () => {
  await adopt("--state", write("state.json", stateOf(...resources())), "--write", proposals);
  const mode = (path: string): number => statSync(path).mode & 0o777;
  expect([mode(proposals), ...readdirSync(proposals).map((name) => mode(join(proposals, name)))]).toEqual([
    0o700, 0o600, 0o600, 0o600, 0o600,
  ]);
});

test("does not import a record that is tracked already", async () => {
  const tracked = ["orange-cmdb:index:ConfigurationItem", "tracked", { configurationItemId: items()[4]?.id }] as const;
  await adopt("--state", write("state.json", stateOf(...resources(), tracked)), "--write", proposals);
  const { resources: imported } = JSON.parse(read("import.net.prod.json")) as { resources: { id: string }[] };
  expect(imported).toHaveLength(6);
  expect(imported.map(({ id }) => id)).not.toContain(items()[4]?.id);
  expect(read("tags.net.prod.yaml")).toContain(`record: ${items()[4]?.id}\n`);
});

test("announces the coverage of the report with the written rules, and with the tags", async () => {
  const all = resources();
  const state = write("state.json", stateOf(...all));
  const { summary, matches } = await adopt("--state", state, "--write", proposals);
  const rules = join(proposals, "cmdb.rules.yaml");
  const covered = ({ summary: { covered, records } }: Report): object => ({ covered, records });
  expect(summary.coverageNow).toEqual({ covered: 0, records: 80 });
  expect(covered(await drift(state, rules))).toEqual(summary.coverageWithRules);
  expect(summary.coverageWithRules.covered).toBe(4);
  const tagged = all.map(([type, name, properties]) => {
    const match = matches.find(({ urn }) => urn.endsWith(`::${name}`));
    return [type, name, match?.confidence === "certain" ? withTag(properties, match.tag) : properties] as const;
  });
  expect(covered(await drift(write("tagged.json", stateOf(...tagged)), rules))).toEqual(summary.coverageAfter);
  expect(summary.coverageAfter.covered).toBe(7);
});

/** Returns the properties with the tag, as a user sets it. */
function withTag(properties: object, { property, shape, key, value }: Adoption["matches"][number]["tag"]): object {
  const copy = structuredClone(properties) as Record<string, unknown>;
  const path = property.split(".");
  const holder = path.slice(0, -1).reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
  const last = path.at(-1) ?? "";
  if (shape === "texts") holder[last] = [...(holder[last] as string[]), `${key}=${value}`];
  else holder[last] = { ...(holder[last] as object), [key]: value };
  return copy;
}

test("writes the same files again, and prints no match of before as new", async () => {
  const state = write("state.json", stateOf(...resources()));
  await adopt("--state", state, "--write", proposals);
  const contents = (): string[] => readdirSync(proposals).map(read);
  const before = contents();
  const { out } = await scene.cli(["adopt", "--state", state, "--write", proposals]);
  expect(contents()).toEqual(before);
  expect(out).toContain("proposed or accepted before: 4, see adopt.decisions.yaml");
  expect(out).not.toContain(" → ");
});

test("does not propose what was rejected, and decides what was accepted", async () => {
  const twice = [
    [device, "one", { serial: serial(0), tags: [] }],
    [device, "two", { info: serial(0), tags: [] }],
    [device, "three", { serial: serial(1), tags: [] }],
  ] as const;
  const state = write("state.json", stateOf(...twice));
  const first = await adopt("--state", state);
  expect(first.matches.map(({ recordId }) => recordId)).toEqual([items()[1]?.id]);
  expect(first.ambiguous).toHaveLength(2);
  const urn = (name: string): string => `urn:pulumi:prod::net::${device}::${name}`;
  const decisions = [
    { resource: urn("two"), kind: "configurationItem", record: items()[0]?.id, decision: "accepted" },
    { resource: urn("three"), kind: "configurationItem", record: items()[1]?.id, decision: "rejected" },
  ];
  const path = write("decisions.yaml", JSON.stringify({ decisions }));
  const second = await adopt("--state", state, "--decisions", path, "--write", proposals);
  expect(second.matches).toMatchObject([{ urn: urn("two"), recordId: items()[0]?.id, decision: "accepted" }]);
  const tags = parse(read("tags.net.prod.yaml")) as { tags: { resource: string }[] };
  expect(tags.tags.map(({ resource }) => resource)).toEqual([urn("two")]);
  expect(parse(read("adopt.decisions.yaml"))).toEqual({ decisions });
});

test("decides an accepted match without evidence, and notes an accepted record that does not exist", async () => {
  const state = write("state.json", stateOf([device, "quiet", { tags: [] }], [device, "lost", { tags: [] }]));
  const urn = (name: string): string => `urn:pulumi:prod::net::${device}::${name}`;
  const [record] = items();
  const decisions = [
    { resource: urn("quiet"), kind: "configurationItem", record: record?.id, decision: "accepted" },
    { resource: urn("lost"), kind: "configurationItem", record: "CI-GONE", decision: "accepted" },
    { resource: urn("lost"), kind: "location", record: "LOC-GONE", decision: "rejected" },
  ];
  const path = write("decisions.yaml", JSON.stringify({ decisions }));
  const { matches, summary, notes } = await adopt("--state", state, "--decisions", path);
  expect(matches).toMatchObject([{ urn: urn("quiet"), recordId: record?.id, confidence: "likely", evidence: [] }]);
  expect(summary).toMatchObject({ likely: 1, none: 1, coverageAfter: { covered: 1 } });
  expect(notes).toEqual([
    `the accepted configurationItem CI-GONE of ${urn("lost")} is not in the inventory, so the decision has no effect; correct its record in the decisions file, or delete the entry`,
  ]);
});

test("keeps an entry that compares in another way than the states, and prints the difference", async () => {
  const own = [0, 1, 2, 3].map(
    (index) => [gateway, `gw-${index}`, { serial: ` ${serial(index)}`.toLowerCase() }] as const,
  );
  const state = write("state.json", stateOf(...own));
  await adopt("--state", state, "--write", proposals);
  expect(read("cmdb.rules.yaml")).toContain("as: ignore-case\n");
  const edited = read("cmdb.rules.yaml").replace("as: ignore-case", "as: trimmed");
  writeFileSync(join(proposals, "cmdb.rules.yaml"), edited);
  const { code, err } = await scene.cli(["adopt", "--state", state, "--write", proposals]);
  expect([code, read("cmdb.rules.yaml")]).toEqual([0, edited]);
  expect(err).toContain(`for ${gateway} (serial = serialNumber): the states agree with as: ignore-case; add it if`);
});

test("exits with 1 if --write would replace decisions that it does not read", async () => {
  const state = write("state.json", stateOf(...resources()));
  await adopt("--state", state, "--write", proposals);
  const before = read("adopt.decisions.yaml");
  const path = write("decisions.yaml", "decisions: []\n");
  const { code, err } = await scene.cli(["adopt", "--state", state, "--decisions", path, "--write", proposals]);
  expect([code, read("adopt.decisions.yaml")]).toEqual([1, before]);
  expect(err).toContain("omit --decisions");
  const own = join(proposals, "adopt.decisions.yaml");
  await adopt("--state", state, "--decisions", own, "--write", proposals);
  expect(read("adopt.decisions.yaml")).toBe(before);
});

test("extends the rules file of the run, and keeps its comments and order", async () => {
  const rules = write(
    "cmdb.rules.yaml",
    `# Rules of the network team
references:
  - types: ["aws:*"] # gateways and more
    kind: location
    id: tags.site
unique: { configurationItem: 1 }
`,
  );
  const state = write("state.json", stateOf(...resources()));
  await adopt("--state", state, "--rules", rules, "--write", proposals);
  expect(read("cmdb.rules.yaml")).toMatchInlineSnapshot(`
    "# Rules of the network team
    references:
      - types: [ "aws:*" ] # gateways and more
        kind: location
        id: tags.site
      # 4 of 4 aws:ec2/customerGateway:CustomerGateway: serial = serialNumber of configurationItem
      - types:
          - aws:ec2/customerGateway:CustomerGateway
        kind: configurationItem
        by: serialNumber
        value: serial
      # Tags that orange-cmdb adopt proposes
      - types:
          - gcp:compute/address:Address
          - kubernetes:core/v1:ConfigMap
          - meraki:devices/device:Device
        kind: configurationItem
    unique: { configurationItem: 1 }
    "
  `);
  expect(readFileSync(rules, "utf8")).not.toContain("by:");
});

test("exits with 1 if the rules file of the folder is not YAML", async () => {
  const state = write("state.json", stateOf(...resources()));
  await adopt("--state", state, "--write", proposals);
  writeFileSync(join(proposals, "cmdb.rules.yaml"), "references: [");
  const { code, err } = await scene.cli(["adopt", "--state", state, "--write", proposals]);
  expect(code).toBe(1);
  expect(err).toContain(`the rules file ${join(proposals, "cmdb.rules.yaml")} is not YAML`);
});

test("adds nothing to rules that refer to all records already", async () => {
  const state = write("state.json", stateOf(...resources().slice(0, 4)));
  await adopt("--state", state, "--write", proposals);
  const rules = join(proposals, "cmdb.rules.yaml");
  const { summary, patterns, matches } = await adopt(
    "--state",
    state,
    "--rules",
    rules,
    "--write",
    join(folder, "again"),
  );
  expect([patterns, matches, summary.referencing]).toEqual([[], [], 4]);
  expect(existsSync(join(folder, "again"))).toBe(false);
});

test("writes comments for resources of Terraform, which copy text as a string", async () => {
  const values = { serial: serial(0), tags: null };
  const resource = {
    address: 'meraki_device.a["x\\n${evil}"]',
    mode: "managed",
    type: "meraki_device",
    name: "a",
    values,
  };
  const state = { format_version: "1.0", values: { root_module: { resources: [resource] } } };
  await adopt("--state", write("network.json", JSON.stringify(state)), "--write", proposals);
  const name = readdirSync(proposals).find((file) => file.endsWith(".tf")) ?? "";
  const lines = read(name).trim().split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  expect(lines.at(-1)).toBe(`#   tags = { "cmdb:configuration-item" = "${items()[0]?.id}" }`);
});

test("exits with 1 for a decisions file with another decision, before it reads a state", async () => {
  const path = write("decisions.yaml", "decisions:\n  - { resource: a, kind: location, record: b, decision: maybe }\n");
  const { code, out, err } = await scene.cli(["adopt", "--state", "nowhere.json", "--decisions", path]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("decisions.yaml is not a decisions file");
  expect(err).toContain("decisions.0.decision");
});

test("exits with 1 and writes nothing if the folder is a file", async () => {
  const path = write("proposals", "");
  const { code, err } = await scene.cli(["adopt", "--state", write("s.json", stateOf()), "--write", path]);
  expect(code).toBe(1);
  expect(err).toContain("cannot be written");
});
