import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;

const item = (id: string, name: string, ipAddress: string): void =>
  scene.sandbox.add("configurationItem", {
    id,
    name,
    state: [id === "CI-OLD" ? "TERMINATED" : "OPERATIONAL"],
    properties: { network: { ipAddress } },
  });

beforeAll(async () => {
  scene = await createTestEnvironment();
  folder = mkdtempSync(join(scene.cacheDir, "keys-"));
  item("CI-ONE", "one", "2001:db8::1");
  item("CI-OLD", "old", "198.51.100.2");
  item("CI-TWIN-A", "twin", "198.51.100.3");
  item("CI-TWIN-B", "TWIN", "198.51.100.3");
});
afterAll(() => scene.end());

function file(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const type = "aws:ec2/customerGateway:CustomerGateway";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

function state(stack: string, resources: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(resources).map(([name, inputs]) => ({
    urn: `urn:pulumi:${stack}::net::${type}::${name}`,
    type,
    inputs,
  }));
  return file(`${stack}.json`, { version: 3, deployment: { resources: entries } });
}

const rules = (reference: object): string =>
  file("rules.json", {
    references: [{ types: ["*"], kind: "configurationItem", required: true, ...reference }],
    unique: { configurationItem: 1 },
    cover: [{ kind: "configurationItem", where: "starts_with(id, 'CI-O')" }],
  });
const byAddress = { by: "ipAddress", value: "ipAddress", as: "ip" };

async function report(args: readonly string[]): Promise<Report> {
  const { code, out, err } = await scene.cli(["drift", ...args, "-o", "json"]);
  if (code === 1) throw new Error(err);
  return JSON.parse(out) as Report;
}

const told = ({ findings }: Report): string[] =>
  findings.map(({ rule, severity, urn, message }) => `${rule} ${severity} ${urn.split("::").at(-1)}: ${message}`);

test("a report refers to records by an address, and their coverage is that of references by id", async () => {
  const resources = {
    one: { ipAddress: "2001:DB8:0::1", id: "CI-ONE" },
    same: { ipAddress: "2001:db8::1/128", id: "CI-ONE" },
    old: { ipAddress: "198.51.100.2", id: "CI-OLD" },
  };
  const args = ["--state", state("prod", resources), "--rules"];
  const { generatedAt: _at, rules: _rules, ...byKey } = await report([...args, rules(byAddress)]);
  const { generatedAt: _then, rules: _others, ...byId } = await report([...args, rules({ id: "id" })]);
  expect(byKey.findings.map(({ rule }) => rule)).toEqual(["reference-unique", "record-in-service"]);
  expect(byKey.coverage.filter(({ resources: by }) => by.length > 0).map(({ recordId }) => recordId)).toEqual([
    "CI-OLD",
    "CI-ONE",
  ]);
  expect(byKey).toEqual(byId);
});

test("values without a record, with several records and in secrets are findings, and cover nothing", async () => {
  const found = await report([
    "--state",
    state("lab", {
      nowhere: { ipAddress: "198.51.100.9" },
      twin: { ipAddress: "198.51.100.3" },
      hidden: { ipAddress: { ...secret, plaintext: '"2001:db8::1"' } },
    }),
    "--rules",
    rules(byAddress),
  ]);
  expect(told(found)).toEqual([
    "record-exists error nowhere: nowhere: no configuration item has ipAddress 198.51.100.9 (ipAddress); did you mean 198.51.100.2 (CI-OLD), 198.51.100.3 (CI-TWIN-A, CI-TWIN-B)?",
    "record-exists error twin: twin: 2 configuration items have ipAddress 198.51.100.3 (ipAddress): CI-TWIN-A, CI-TWIN-B; nothing else is checked for it; make the value unique in the CMDB, or refer to the record by id",
    expect.stringMatching(/^inventory-covered info .* of configurationItem .* have no known resource, but hidden/),
    expect.stringMatching(/^record-exists info hidden: hidden: ipAddress cannot be compared: it is a secret/),
    expect.stringMatching(/^reference-unique info net-lab: the configurationItem that hidden claims is unknown/),
  ]);
  expect(found.summary).toMatchObject({ resources: 3, referencing: 0, covered: 0 });
  expect([found.missingRecords, found.undecidedResources.length]).toEqual([[], 1]);
});

test("the parts of a report by a field merge into the whole", async () => {
  const states = [
    state("one", { one: { ipAddress: "2001:db8::1" }, nowhere: { ipAddress: "198.51.100.9" } }),
    state("two", { again: { ipAddress: "2001:db8:0::1" }, twin: { ipAddress: "198.51.100.3" } }),
  ];
  const args = [...states.flatMap((path) => ["--state", path]), "--rules", rules(byAddress)];
  const parts: string[] = [];
  for (const part of [1, 2]) {
    parts.push(join(folder, `part-${part}.json`));
    await scene.cli(["drift", ...args, "--shard", `${part}/2`, "-o", `json=${parts.at(-1)}`]);
  }
  const { generatedAt: _at, ...whole } = await report(args);
  const { generatedAt: _then, ...merged } = await report(["merge", ...parts]);
  expect(merged).toEqual(whole);
  expect(whole.findings.map(({ rule }) => rule)).toEqual([
    "record-exists",
    "record-exists",
    "reference-unique",
    "inventory-covered",
  ]);
});

test("a field that no record has is one note, beside the findings", async () => {
  const path = state("typo", { one: { ipAddress: "2001:db8::1" } });
  const { notes, findings } = await report(["--state", path, "--rules", rules({ ...byAddress, by: "ipAdress" })]);
  expect(notes).toEqual([
    {
      about: "rules-field",
      message: `rules.json:1:79: the rules' references.0.by looks up "ipAdress", which no configurationItem has; did you mean "ipAddress"?`,
      unchecked: ["record-exists"],
    },
  ]);
  expect(findings.filter(({ rule }) => rule === "record-exists")).toHaveLength(1);
});
