import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ignore } from "../../drift/ignore/ignore-file";
import type { ReportOptions } from "../../drift/evaluate/assemble";
import { makeReport } from "../../drift/evaluate/make";
import { mergeReports } from "../../drift/evaluate/merge";
import type { Report } from "../../drift/report/schema";
import { fileSource, ofShard, type StateSource } from "../../drift/sources/source";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import type { Mirror } from "../../provider/inventory/mirror/mirror";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { sampleRules } from "./helpers/sample";

let scene: TestEnvironment;
let mirror: Mirror;

beforeAll(async () => {
  scene = await createTestEnvironment();
  mirror = await scene.open();
});
afterAll(async () => {
  mirror.close();
  await scene.end();
});

const type = "aws:ec2/customerGateway:CustomerGateway";

interface Made {
  readonly organization?: string;
  readonly stack?: string;
  readonly ids?: readonly string[];
}

/** A stack of an organisation: Pulumi exports the same URNs from each. */
function stack({ organization, stack: name = "prod", ids = ["CI-NONE", "CI-RTR-PAR-001"] }: Made): StateSource {
  const resources = ids.map((id, index) => ({
    urn: `urn:pulumi:${name}::net::${type}::gw-${index}`,
    type,
    inputs: { tags: { "cmdb:configuration-item": id } },
  }));
  const path = join(scene.cacheDir, `${organization ?? ""}-${name}.json`);
  writeFileSync(path, JSON.stringify({ version: 3, deployment: { resources } }));
  const full = organization === undefined ? name : `${organization}/net/${name}`;
  return { ...fileSource(path), pulumiStack: full, ...(organization === undefined ? {} : { organization }) };
}

const both = (): StateSource[] => [stack({ organization: "acme" }), stack({ organization: "globex" })];
const urnOf = (organization: string, name = "gw-0"): string =>
  `urn:pulumi:${organization}/net/prod::net::${type}::${name}`;

function report(
  sources: readonly StateSource[],
  more: Partial<ReportOptions> = {},
  ignore: object[] = [],
): Promise<Report> {
  const options = { generator: "orange-cmdb 0.0.0", now: new Date("2027-01-01T00:00:00Z"), failOn: "error" as const };
  const rules = parseRulesFile({ ...sampleRules, ignore } as Parameters<typeof parseRulesFile>[0], "the sample");
  return makeReport({ sources, inventory: mirror, rules }, { ...options, ignore: [], ...more });
}

const missing = ({ findings }: Pick<Report, "findings">): string[] =>
  findings.filter(({ rule }) => rule === "record-exists").map(({ urn }) => urn);

const entry = (resource: string, more: Partial<Ignore> = {}): Ignore => {
  return { rule: "record-exists", resource, record: "*", reason: "lab", ...more };
};

test("two organisations with the same stack name have two stacks, each with its own resources", async () => {
  const made = await report([...both(), stack({ organization: "acme", stack: "dev", ids: [] })]);
  const numbers = { resources: 2, referencing: 2 };
  expect(made.stacks).toEqual([
    { name: expect.stringMatching(/acme-dev$/), resources: 0, referencing: 0 },
    { name: "acme/net/prod", ...numbers },
    { name: "globex/net/prod", ...numbers },
  ]);
  const users = made.coverage.find(({ recordId }) => recordId === "CI-RTR-PAR-001")?.resources;
  expect(users).toEqual([urnOf("acme", "gw-1"), urnOf("globex", "gw-1")]);
  expect(made.missingRecords).toMatchObject([{ resources: [urnOf("acme"), urnOf("globex")] }]);
  const found = made.findings.filter(({ rule }) => rule === "record-exists");
  expect(found.map(({ stack: of }) => of)).toEqual(["acme/net/prod", "globex/net/prod"]);
  expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  expect(
    made.findings.find(({ rule, recordId }) => rule === "reference-unique" && recordId === "CI-RTR-PAR-001"),
  ).toMatchObject({
    affects: [urnOf("acme", "gw-1"), urnOf("globex", "gw-1")],
    message: expect.stringContaining("gw-1 of acme/net/prod, gw-1 of globex/net/prod"),
  });
});

test("a stack belongs to one part by its full name, and the parts merge into the whole", async () => {
  const sources = [...both(), stack({ organization: "initech" }), stack({ stack: "dev", ids: ["CI-SWI-PAR-001"] })];
  const whole = await report(sources);
  const parts = await Promise.all(
    [1, 2, 3].map(async (index) => {
      const shard = { index, count: 3 };
      return { path: `${index}`, report: await report(ofShard(sources, shard), { shard }) };
    }),
  );
  expect(mergeReports(parts, {})).toEqual(whole);
  expect(parts.filter((part) => part.report.stacks.length > 0).length).toBeGreaterThan(1);
  const [acme, globex] = await Promise.all(both().map((source) => report([source])));
  const merged = mergeReports(
    [acme, globex].flatMap((part, index) => (part ? [{ path: `${index}`, report: part }] : [])),
    {},
  );
  expect(merged.stacks.map(({ name }) => name)).toEqual(["acme/net/prod", "globex/net/prod"]);
});

test("a baseline of one organisation hides no finding of another", async () => {
  const baseline = await report([stack({ organization: "acme" })]);
  expect(missing(await report(both(), { baseline }))).toEqual([urnOf("globex")]);
  expect(missing(await report([stack({ organization: "globex" })], { baseline }))).toEqual([urnOf("globex")]);
  expect(missing(await report([stack({ organization: "acme" })], { baseline }))).toEqual([]);
});

test.each<[string, string, readonly string[]]>([
  ["a stack without an organisation", "urn:pulumi:prod::net::*", []],
  ["a URN as Pulumi writes it", `urn:pulumi:prod::net::${type}::gw-0`, []],
  ["any text", "*", []],
  ["the stack of one organisation", "urn:pulumi:acme/net/prod::*", ["globex"]],
  ["a URN with its organisation", urnOf("globex"), ["acme"]],
  ["all stacks of an organisation", "urn:pulumi:acme/*", ["globex"]],
  ["another organisation", "urn:pulumi:initech/net/prod::*", ["acme", "globex"]],
  ["another stack", "urn:pulumi:dev::net::*", ["acme", "globex"]],
  ["another project of the organisation", "urn:pulumi:acme/shop/*", ["acme", "globex"]],
])("an entry for %s ignores only what it names, in the ignore file and in the rules", async (_name, resource, left) => {
  const expected = left.map((organization) => urnOf(organization));
  expect(missing(await report(both(), { ignore: [entry(resource)] }))).toEqual(expected);
  expect(missing(await report(both(), {}, [{ rule: "record-exists", resource, reason: "lab" }]))).toEqual(expected);
});

test("an exact entry ignores the finding of its organisation alone", async () => {
  const { findings } = await report(both());
  const [of] = findings.filter(({ rule }) => rule === "record-exists");
  const ignore = [entry("*", { fingerprint: of?.fingerprint ?? "" })];
  expect(missing(await report(both(), { ignore }))).toEqual([urnOf("globex")]);
});

test("a claim that is ignored for its organisation leaves the claims of others", async () => {
  const three = [...both(), stack({ organization: "initech" })];
  const unique = async (resource: string): Promise<number> => {
    const ignore = [entry(resource, { rule: "reference-unique" })];
    const { findings } = await report(three, { ignore });
    return findings.filter(({ rule, recordId }) => rule === "reference-unique" && recordId !== "CI-NONE").length;
  };
  expect(await unique("urn:pulumi:acme/*")).toBe(1);
  expect(await unique("urn:pulumi:prod::*")).toBe(0);
});

test("a state without an organisation keeps its name and its fingerprints", async () => {
  const made = await report([stack({})]);
  expect(made.stacks.map(({ name }) => name)).toEqual(["net/prod"]);
  expect(missing(made)).toEqual([`urn:pulumi:prod::net::${type}::gw-0`]);
  // Written before stacks had organisations.
  expect(made.findings.find(({ rule }) => rule === "record-exists")?.fingerprint).toBe(
    "58e1d815a09497c18555c32ac76b04ac",
  );
});

test("a stack of an unknown organisation is rejected beside one with the same name", async () => {
  const said = /the stacks net\/prod and acme\/net\/prod can be the same stack.*--stack ORGANISATION\/net\/prod/;
  await expect(report([stack({}), stack({ organization: "acme" })])).rejects.toThrow(said);
  const [one, other] = [await report([stack({})]), await report([stack({ organization: "acme" })])];
  const parts = [one, other].map((part, index) => ({ path: `${index}`, report: part }));
  expect(() => mergeReports(parts, {})).toThrow(said);
  // Stacks that differ are not taken for one.
  expect((await report([stack({ stack: "dev" }), stack({ organization: "acme" })])).stacks).toHaveLength(2);
});

test("Terraform files in folders with the names of organisations are stacks of their own", async () => {
  const terraform = (path: string, id: string): StateSource => {
    const values = { tags: { "cmdb:configuration-item": id } };
    const resources = [{ address: "aws_customer_gateway.a", mode: "managed", type: "aws_customer_gateway", values }];
    const file = join(scene.cacheDir, `${path.replaceAll("/", "-")}.json`);
    writeFileSync(file, JSON.stringify({ format_version: "1.0", values: { root_module: { resources } } }));
    return { ...fileSource(file), stack: path };
  };
  const made = await report([
    ...[terraform("net/prod", "CI-RTR-PAR-001"), terraform("acme/net/prod", "CI-SWI-PAR-001")],
    stack({ organization: "globex" }),
  ]);
  expect(made.stacks.map(({ name }) => name)).toEqual(["acme/net/prod", "globex/net/prod", "net/prod"]);
});
