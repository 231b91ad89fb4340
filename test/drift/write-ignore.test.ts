import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
  (await scene.open()).close();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "accepted-"));
});
afterAll(() => scene.end());

const [one, two, three] = ["CI-RTR-PAR-001", "CI-SWI-PAR-001", "CI-SWI-LYS-001"];
const type = "aws:ec2/customerGateway:CustomerGateway";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

/** The resources of a stack, by name: their inputs. */
type Stack = Readonly<Record<string, object>>;

const item = (id: unknown): object => ({ tags: { "cmdb:configuration-item": id } });

function write(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/** The arguments that name these stacks. */
function states(stacks: Readonly<Record<string, Stack>>): string[] {
  return Object.entries(stacks).flatMap(([stack, deployed]) => {
    const resources = Object.entries(deployed).map(([name, inputs]) => ({
      urn: `urn:pulumi:${stack}::net::${type}::${name}`,
      type,
      inputs,
    }));
    return ["--state", write(`${stack}.json`, { version: 3, deployment: { resources } })];
  });
}

/** What a run tells, and its report; everything fails. */
async function run(args: readonly string[]): Promise<Report & { code: number; path: string }> {
  const path = join(folder, `report-${Math.random()}.json`);
  const { code, err } = await scene.cli(["drift", ...args, "--fail-on", "info", "-o", `json=${path}`]);
  if (code === 1) throw new Error(err);
  return { ...(JSON.parse(readFileSync(path, "utf8")) as Report), code, path };
}

const told = ({ code, findings }: Report & { code: number }): string[] => {
  expect(code).toBe(findings.length > 0 ? 2 : 0);
  return findings.map(({ rule }) => rule);
};

const items = { types: ["*"], kind: "configurationItem" };
const required = { ...items, required: true };
const byTag = {
  references: [
    { ...required, id: "tags.primary" },
    { ...required, id: "tags.backup" },
  ],
};
const vlans = {
  references: [
    { ...items, match: ["vlan7", "vlan8", "vlan9"].map((property) => ({ property, record: "id", as: "equals" })) },
  ],
};
const unique = { references: [items], unique: { configurationItem: 1 } };
const covering = {
  references: [items],
  cover: [
    { kind: "configurationItem", where: `contains(['${one}', '${two}'], id)` },
    { kind: "configurationItem", where: `id == '${three}'` },
  ],
};
const residency = {
  references: [{ types: ["*"], kind: "location", id: "tags.site" }],
  residency: { regions: { "xx-a-1": null, "xx-b-1": null, "eu-c-1": "DE" } },
};
const regionOf = (region: string): Stack => ({ gw: { tags: { site: "LOC-PAR-001" }, region } });
const vlansOf = (...[vlan7, vlan8, vlan9]: unknown[]): Stack => ({ gw: { ...item(one), vlan7, vlan8, vlan9 } });

const cases: [string, object, { before: Stack; now: Stack; tells: string[] }][] = [
  [
    "another required reference is missing",
    byTag,
    {
      before: { gw: { tags: { backup: one } } },
      now: { gw: { tags: { primary: one } } },
      tells: ["reference-required"],
    },
  ],
  [
    "another reference names the missing record",
    {
      references: [
        { ...items, id: "tags.primary" },
        { ...items, id: "tags.backup" },
      ],
    },
    {
      before: { gw: { tags: { primary: "CI-NONE", backup: one } } },
      now: { gw: { tags: { primary: one, backup: "CI-NONE" } } },
      tells: ["record-exists"],
    },
  ],
  [
    "another property differs, whose name differs by a digit",
    vlans,
    { before: vlansOf(7, one, one), now: vlansOf(one, 8, one), tells: ["attributes-match"] },
  ],
  [
    "one property more differs",
    vlans,
    { before: vlansOf(0, one, one), now: vlansOf(0, one, 2), tells: ["attributes-match"] },
  ],
  [
    "the value of the differing property is another",
    vlans,
    { before: vlansOf(0, one, one), now: vlansOf(5, one, one), tells: [] },
  ],
  [
    "another resource claims the record",
    unique,
    {
      before: { a: item(one), b: item(one) },
      now: { a: item(one), b: item(one), c: item(one) },
      tells: ["reference-unique"],
    },
  ],
  [
    "another resource claims the record in place of the first",
    unique,
    { before: { b: item(one), c: item(one) }, now: { a: item(one), c: item(one) }, tells: ["reference-unique"] },
  ],
  [
    "fewer resources claim the record",
    unique,
    { before: { a: item(one), b: item(one), c: item(one) }, now: { a: item(one), c: item(one) }, tells: [] },
  ],
  [
    "the claim of another resource is unknown",
    unique,
    {
      before: { a: item(secret) },
      now: { a: item(one), b: item(secret) },
      tells: ["record-exists", "reference-unique"],
    },
  ],
  [
    "another record is uncovered",
    covering,
    {
      before: { a: item(one), c: item(three) },
      now: { b: item(two), c: item(three) },
      tells: ["inventory-covered"],
    },
  ],
  [
    "a record that another entry covers is uncovered",
    covering,
    { before: { a: item(one), c: item(three) }, now: { a: item(one), b: item(two) }, tells: ["inventory-covered"] },
  ],
  [
    "fewer records are uncovered",
    covering,
    { before: { c: item(three) }, now: { a: item(one), c: item(three) }, tells: [] },
  ],
  [
    "another record may be uncovered, because a reference is secret",
    covering,
    {
      before: { a: item(one), c: item(three), s: item(secret) },
      now: { c: item(three), s: item(secret) },
      tells: ["inventory-covered"],
    },
  ],
  [
    "fewer records may be uncovered",
    covering,
    {
      before: { c: item(three), s: item(secret) },
      now: { a: item(one), c: item(three), s: item(secret) },
      tells: [],
    },
  ],
  [
    "the value of another property is unknown",
    vlans,
    { before: vlansOf(secret, one, one), now: vlansOf(one, secret, one), tells: ["attributes-match"] },
  ],
  [
    "the resource is in another country that is not the location's",
    residency,
    { before: regionOf("eu-central-1"), now: regionOf("ap-southeast-1"), tells: ["country-matches-region"] },
  ],
  [
    "the resource is in another region of the same country",
    residency,
    { before: regionOf("eu-central-1"), now: regionOf("eu-c-1"), tells: [] },
  ],
  [
    "the resource is in another region that is in several countries",
    residency,
    { before: regionOf("xx-a-1"), now: regionOf("xx-b-1"), tells: ["country-matches-region"] },
  ],
  [
    "the resource is in another region with an unknown country",
    residency,
    { before: regionOf("xx-none-1"), now: regionOf("xx-none-2"), tells: ["country-matches-region"] },
  ],
  [
    "another resource has a name that matches the wildcard name of the first",
    { references: [items] },
    {
      before: { "*.example.com": item("CI-NONE") },
      now: { "www.example.com": item("CI-NONE") },
      tells: ["record-exists"],
    },
  ],
];

describe.each(cases)("accepted findings do not hide new ones: %s", (_name, rules, { before, now, tells }) => {
  const found = async (stack: Stack, ...more: string[]): Promise<string[]> =>
    told(await run([...states({ prod: stack }), "--rules", write("rules.json", rules), ...more]));

  test("with a baseline", async () => {
    const first = await run([...states({ prod: before }), "--rules", write("rules.json", rules)]);
    expect(first.code).toBe(2);
    expect(await found(before, "--baseline", first.path)).toEqual([]);
    expect(await found(now, "--baseline", first.path)).toEqual(tells);
  });

  test("with --write-ignore", async () => {
    const ignore = join(folder, "ignore.yaml");
    expect(await found(before, `--write-ignore=${ignore}`)).not.toEqual([]);
    expect(await found(before, "--ignore-file", ignore)).toEqual([]);
    expect(await found(now, "--ignore-file", ignore)).toEqual(tells);
  });
});

describe("an ignored claim does not hide too many other claims", () => {
  const claims = (...stacks: string[]): string[] =>
    states(Object.fromEntries(stacks.map((stack) => [stack, { gw: item(one) }])));
  const lab = { rule: "reference-unique", resource: "urn:pulumi:lab::*", reason: "lab" };
  const byRules = (...ignore: object[]): string[] => ["--rules", write("rules.json", { ...unique, ignore })];
  const byFile = (...ignore: object[]): string[] => [...byRules(), "--ignore-file", write("ignore.json", { ignore })];

  test.each([
    ["the rules", byRules],
    ["the ignore file", byFile],
  ])("if it is ignored by %s", async (_name, ignoring) => {
    expect(told(await run([...claims("acme", "lab", "prod"), ...ignoring(lab)]))).toEqual(["reference-unique"]);
    expect(told(await run([...claims("lab", "prod"), ...ignoring(lab)]))).toEqual([]);
    expect(told(await run([...claims("acme", "lab"), ...ignoring(lab)]))).toEqual([]);
    const others = { ...lab, resource: "urn:pulumi:acme::*" };
    expect(told(await run([...claims("acme", "lab", "prod"), ...ignoring(lab, others)]))).toEqual([]);
  });

  test("and the report names the remaining claimants and the used entries", async () => {
    const left = await run([...claims("acme", "lab", "prod"), ...byRules(lab)]);
    // All claimants are named; those that are left are too many.
    expect(left.findings.map(({ rule }) => rule)).toEqual(["reference-unique"]);
    expect(left.findings[0]?.message).toMatch(/gw of net\/acme,.* gw of net\/prod/);
    const others = { ...lab, resource: "urn:pulumi:acme::*" };
    const none = { ...lab, resource: "urn:pulumi:none::*" };
    const both = await run([...claims("acme", "lab", "prod"), ...byFile(none, lab, others)]);
    expect(both.ignoreEntries.map(({ used }) => used)).toEqual([0, 1, 1]);
    expect(both.ignored.map(({ entry }) => entry)).toEqual([1]);
    const few = await run([...claims("acme", "lab", "prod"), ...byFile(lab)]);
    expect(few.ignoreEntries.map(({ used }) => used)).toEqual([0]);
  });
});

describe("--write-ignore", () => {
  const entriesOf = (path: string): object[] => (parse(readFileSync(path, "utf8")) as { ignore: object[] }).ignore;

  test("writes the affected records or resources for the reader, and an exact fingerprint", async () => {
    const ignore = join(folder, "ignore.yaml");
    const rules = ["--rules", write("rules.json", unique)];
    const found = await run([
      ...states({ prod: { a: item(one), b: item(one) } }),
      ...rules,
      `--write-ignore=${ignore}`,
    ]);
    const urns = ["a", "b"].map((name) => `urn:pulumi:prod::net::${type}::${name}`);
    expect(entriesOf(ignore)).toEqual([
      {
        rule: "reference-unique",
        record: `configurationItem/${one}`,
        fingerprint: found.findings[0]?.fingerprint,
        affects: urns,
        reason: expect.stringContaining("add the reason"),
        until: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    ]);
  });

  test("keeps entries for other stacks, also of a file that was not read, and removes expired ones", async () => {
    const other = { rule: "record-exists", resource: "urn:pulumi:dev::*", reason: "dev is being moved" };
    const ended = { record: "CI-NIL", reason: "old", until: "2020-01-31" };
    const path = write("ignore.yaml", { ignore: [other, ended, { ...other, until: "2999-01-31" }] });
    const args = ["drift", ...states({ prod: { gw: item("CI-NONE") } })];
    const kept = [other, { ...other, until: "2999-01-31" }, { record: "configurationItem/CI-NONE" }];
    for (const more of [
      ["--ignore-file", path, "--write-ignore"],
      [`--write-ignore=${path}`],
      [`--write-ignore=${path}`],
    ]) {
      expect((await scene.cli([...args, ...more])).code).toBe(2);
      expect(entriesOf(path).slice(0, 3)).toMatchObject(kept);
    }
  });

  test("does not overwrite a file that is not an ignore file", async () => {
    const path = write("notes.json", { notes: "mine" });
    const { code, err } = await scene.cli(["drift", ...states({ prod: {} }), `--write-ignore=${path}`]);
    expect([code, err]).toEqual([1, expect.stringContaining("is not an ignore file")]);
    expect(readFileSync(path, "utf8")).toContain("mine");
  });
});

test("an entry with the affected records applies without a fingerprint, and one with only a fingerprint does not", async () => {
  const args = [...states({ prod: { a: item(one), c: item(three) } }), "--rules", write("rules.json", covering)];
  const found = await run(args);
  const { fingerprint, affects } = found.findings[0] ?? {};
  expect(affects).toEqual([two]);
  const by = async (entry: object): Promise<string[]> =>
    told(await run([...args, "--ignore-file", write("ignore.json", { ignore: [{ reason: "x", ...entry }] })]));
  expect(await by({ rule: "inventory-covered", affects: [one, two] })).toEqual([]);
  expect(await by({ rule: "inventory-covered", affects: [one] })).toEqual(["inventory-covered"]);
  expect(await by({ fingerprint, affects: [two] })).toEqual([]);
  expect(await by({ fingerprint })).toEqual(["inventory-covered"]);
  expect(await by({ rule: "record-exists", fingerprint, affects: [two] })).toEqual(["inventory-covered"]);
});

test("a merged report has the fingerprints of its parts, and is a valid baseline", async () => {
  const args = ["--rules", write("rules.json", vlans)];
  const first = await run([...states({ prod: vlansOf(0, one, one) }), ...args]);
  const merged = join(folder, "merged.json");
  expect((await scene.cli(["drift", "merge", first.path, "-o", `json=${merged}`, "--fail-on", "never"])).code).toBe(0);
  expect((JSON.parse(readFileSync(merged, "utf8")) as Report).findings).toEqual(first.findings);
  expect(told(await run([...states({ prod: vlansOf(5, one, one) }), ...args, "--baseline", merged]))).toEqual([]);
  expect(told(await run([...states({ prod: vlansOf(one, 5, one) }), ...args, "--baseline", merged]))).toHaveLength(1);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a new ignore file begins with its schema for editors, and an old one keeps its first line", async () => {
  const ignoreFile = join(folder, "new.yaml");
  const deployed = states({ prod: { a: item("CI-NO-1") } });
  await run([...deployed, "--rules", write("rules.json", unique), "--write-ignore", ignoreFile]);
  const [first] = readFileSync(ignoreFile, "utf8").split("\n");
  expect(first).toMatch(/^# yaml-language-server: \$schema=\S*schemas\/cmdbignore\.schema\.json$/);
  writeFileSync(ignoreFile, "# ours\nignore: []\n");
  await run([...deployed, "--rules", write("rules.json", unique), "--write-ignore", ignoreFile]);
  expect(readFileSync(ignoreFile, "utf8")).toMatch(/^# ours\nignore:\n {2}- /);
});
