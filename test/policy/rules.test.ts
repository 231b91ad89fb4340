import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { plain } from "../../policy/known.js";
import { findRules, loadRulesFile } from "../../policy/load-rules.js";
import { agrees } from "../../policy/rules/compare.js";
import { evaluate } from "../../policy/rules/index.js";
import { conventionalRules, parseRulesFile, RulesFileError, rulesFileSchema } from "../../policy/rules/rules-file.js";
import { unknown, type Finding } from "../../policy/rules/types.js";
import { arrayInventory } from "./helpers/array-inventory.js";

type RulesFileInput = z.input<typeof rulesFileSchema>;

const inventory = arrayInventory([
  { kind: "configurationItem", id: "CI-1", status: "In service", attributes: { id: "CI-1", ipAddress: "10.0.0.1" } },
  { kind: "location", id: "PAR", name: "Paris", attributes: { id: "PAR" } },
]);

const gatewayRules: RulesFileInput = {
  references: [
    {
      types: ["*:CustomerGateway"],
      kind: "configurationItem",
      id: 'tags."cmdb:configuration-item"',
      required: true,
      match: [{ property: "ipAddress", record: "ipAddress" }],
    },
  ],
};

function judge(properties: Record<string, unknown>, rules: RulesFileInput = gatewayRules): Finding[] {
  const type = "aws:ec2/customerGateway:CustomerGateway";
  const resource = { urn: `urn:pulumi:dev::net::${type}::gw`, type, name: "gw", properties };
  return evaluate([resource], inventory, parseRulesFile(rules, "test"));
}

const tagged = (id: unknown): Record<string, unknown> => ({ tags: { "cmdb:configuration-item": id } });
const names = (findings: Finding[]): string[] =>
  findings.map(({ rule, decidedAtUpdate }) => rule + (decidedAtUpdate ? "?" : ""));

describe("the rules", () => {
  test("find nothing on a resource that agrees with its record", () => {
    expect(judge({ ...tagged("CI-1"), ipAddress: "10.0.0.1" })).toEqual([]);
  });

  test("name a missing record and the nearest ids", () => {
    const [found, ...more] = judge({ ...tagged("CI-2"), ipAddress: "10.0.0.1" });
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      rule: "record-exists",
      severity: "error",
      kind: "configurationItem",
      recordId: "CI-2",
    });
    expect(found?.message).toMatch(/gw refers to .*"CI-2".*did you mean "CI-1"/);
  });

  test("want a reference where one is required", () => {
    expect(names(judge({ ipAddress: "10.0.0.1" }))).toEqual(["reference-required"]);
    expect(names(judge(tagged("")))).toEqual(["reference-required"]);
  });

  test("show what a property is and what the record says", () => {
    const found = judge({ ...tagged("CI-1"), ipAddress: "10.9.9.9" });
    expect(found).toMatchObject([
      { rule: "attributes-match", severity: "warning", expected: "10.0.0.1", actual: "10.9.9.9" },
    ]);
    expect(judge(tagged("CI-1"))[0]?.message).toContain("is not set");
  });

  test("leave to the update what preview cannot know", () => {
    const open = ["record-exists?", "attributes-match?"];
    expect(names(judge({ tags: unknown }))).toEqual(open);
    expect(names(judge(tagged(unknown)))).toEqual(open);
    expect(names(judge({ ...tagged("CI-1"), ipAddress: unknown }))).toEqual(["attributes-match?"]);
  });

  test("check the known ids of a list beside an unknown one", () => {
    expect(names(judge({ ...tagged(["CI-9", unknown]), ipAddress: "10.0.0.1" }))).toContain("record-exists");
  });

  test("do not take the second choice while the first is unknown", () => {
    const rules = { references: [{ types: ["*"], kind: "location" as const, id: "tags.site || labels.site" }] };
    expect(names(judge({ tags: unknown, labels: { site: "NOWHERE" } }, rules))).not.toContain("record-exists");
  });

  test("do not throw where the inventory holds no record of a kind", () => {
    const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location", id: "site" }] }, "test");
    const resource = { urn: "urn:x", type: "a:b:C", name: "x", properties: { site: "PAR" } };
    expect(evaluate([resource], arrayInventory([], ["account"]), rules)).toHaveLength(1);
  });

  test("leave stacks and providers out of a wildcard", () => {
    const rules = parseRulesFile(
      { references: [{ types: ["*"], kind: "location", id: "site", required: true }] },
      "test",
    );
    const of = (type: string): Finding[] =>
      evaluate([{ urn: "urn:x", type, name: "x", properties: {} }], inventory, rules);
    expect(of("pulumi:pulumi:Stack")).toEqual([]);
    expect(of("pulumi:providers:aws")).toEqual([]);
    expect(names(of("aws:s3/bucket:Bucket"))).toEqual(["reference-required"]);
  });

  test("take severities from the rules file, and ignores until their last day", () => {
    const rules: RulesFileInput = { ...gatewayRules, severity: { "reference-required": "info" } };
    expect(judge({}, rules)[0]?.severity).toBe("info");
    const until = (date: string): RulesFileInput => ({
      ...rules,
      ignore: [{ rule: "reference-*", resource: "*::gw", reason: "lab", until: date }],
    });
    expect(judge({}, until("2999-01-31"))).toEqual([]);
    expect(names(judge({}, until("2020-01-31")))).toEqual(["reference-required"]);
    expect(judge({}, until(new Date().toISOString().slice(0, 10)))).toEqual([]);
  });

  test("never throw, whatever a resource holds", () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        fc.jsonValue(),
        fc.constant(unknown),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom("tags", "labels", "cmdb:location", "cmdb:configuration-item", "__proto__"),
          tie("node"),
        ),
      ),
    })).node;
    const keys = fc.constantFrom("tags", "tagsAll", "labels", "ipAddress", "constructor");
    fc.assert(
      fc.property(
        fc.dictionary(keys, value),
        fc.constantFrom("tags.*", "length(tags)", "tags[?x=='y'].z | [0]"),
        (properties, id) => {
          judge(properties);
          judge(properties, { references: [{ types: ["*"], kind: "location", id }] });
          evaluate([{ urn: "u", type: "a:b:C", name: "n", properties }], inventory, conventionalRules);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("comparators", () => {
  test.each([
    ["equals", "100", 100, true],
    ["equals", { a: 1 }, { a: 1 }, true],
    ["ignore-case", " Cisco", "CISCO", true],
    ["cidr", "10.1.2.3", "10.1.0.0/16", true],
    ["cidr", "10.1.0.0/24", "10.1.0.0/16", true],
    ["cidr", "10.0.0.0/8", "10.1.0.0/16", false],
    ["cidr", "10.2.0.1", "10.1.0.0/16", false],
    ["cidr", "8.8.8.8", "0.0.0.0/0", true],
    ["cidr", "2001:db8::1", "2001:db8::/32", true],
    ["cidr", "::1", "10.0.0.0/8", false],
    ["cidr", "nonsense", "10.0.0.0/8", false],
    ["regex", "rtr-par-01", "rtr-[a-z]+-\\d+", true],
    ["regex", "xrtr-par-01", "rtr-[a-z]+-\\d+", false],
    ["regex", "x", "(", false],
    ["number", "1e2", 100, true],
    ["number", "100 Mbps", 100, false],
    ["number", "", 0, false],
  ] as const)("%s: %j and %j → %j", (as, found, expected, result) => {
    expect(agrees(as, found, expected)).toBe(result);
  });
});

describe("the rules file", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "rules-"))));
  afterEach(() => {
    delete process.env["ORANGE_CMDB_RULES"];
    rmSync(root, { recursive: true });
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(root, name), text);
    return join(root, name);
  };
  const required = (n: string): string => `references: [{types: ["${n}"], kind: location, id: site}]`;

  test("names each mistake on a line of its own, with its path", () => {
    const bad = { references: [{ types: ["*"], kind: "site", id: "a..b" }], severty: {} };
    const attempt = (): unknown => parseRulesFile(bad, "cmdb.rules.yaml");
    expect(attempt).toThrow(RulesFileError);
    for (const part of ["cmdb.rules.yaml", "references.0.kind: ", "references.0.id: is not JMESPath", "severty"])
      expect(attempt).toThrow(part);
  });

  test("may be YAML or JSON, and empty", () => {
    expect(loadRulesFile(write("a.json", '{"severity": {"record-exists": "info"}}')).rules.severity).toEqual({
      "record-exists": "info",
    });
    expect(loadRulesFile(write("b.yaml", "ignore: [{reason: lab, until: 2027-01-31}]")).rules.ignore[0]?.until).toBe(
      "2027-01-31",
    );
    expect(loadRulesFile(write("c.yaml", "")).rules.references).toEqual([]);
    expect(() => loadRulesFile(write("d.yaml", "a: ["))).toThrow(RulesFileError);
    expect(() => loadRulesFile(join(root, "none.yaml"))).toThrow(RulesFileError);
  });

  test("is the one given, then the environment's, then beside Pulumi.yaml, then the convention", () => {
    mkdirSync(join(root, "src"));
    expect(findRules(undefined, join(root, "src")).rules).toBe(conventionalRules);
    write("Pulumi.yaml", "name: net");
    const beside = write("cmdb.rules.yaml", required("beside"));
    expect(findRules(undefined, join(root, "src")).source).toBe(beside);
    const environment = write("env.yaml", required("env"));
    process.env["ORANGE_CMDB_RULES"] = "env.yaml";
    expect(findRules(undefined, root).source).toBe(environment);
    expect(findRules("cmdb.rules.yaml", root).source).toBe(beside);
  });

  test("refuses what is not checked yet, rather than passing over it", () => {
    const all = { inService: { location: ["Active"] }, unique: { location: 1 }, cover: [{ kind: "location" }] };
    expect(() => parseRulesFile({ ...all, residency: { countryFrom: "location" } }, "test")).toThrow(/inService/);
  });

  test("refuses a severity for a rule that does not exist", () => {
    expect(() => parseRulesFile({ severity: { "record-exist": "error" } }, "test")).toThrow(RulesFileError);
  });

  test("has a published JSON Schema that is in step and accepts the project's own file", () => {
    const project = join(__dirname, "../..");
    const schema = JSON.parse(readFileSync(join(project, "schemas/rules.schema.json"), "utf8")) as object;
    expect(schema).toEqual(z.toJSONSchema(rulesFileSchema, { io: "input" }));
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    const validate = ajv.compile(schema);
    expect(validate(parse(readFileSync(join(project, "cmdb.rules.yaml"), "utf8")))).toBe(true);
    expect(validate({ references: [{ types: ["*"] }] })).toBe(false);
  });
});

test("an unknown property stands alone: all else beside it is read", () => {
  // The library's own proxy, so that a change in it is noticed.
  const library = jest.requireActual<{
    unknownCheckingProxy(value: object): Record<string, unknown>;
    unknownStringValue: string;
    unknownObjectValue: string;
  }>("@pulumi/policy/proxy");
  const { unknownStringValue: text, unknownObjectValue: whole } = library;
  const proxied = library.unknownCheckingProxy({
    tags: { site: text, owner: "net" },
    list: ["a", text, { deep: whole }],
    whole,
  });
  expect(() => (proxied["tags"] as Record<string, unknown>)["site"]).toThrow("can't be known");
  const read = plain(proxied);
  expect(read).toEqual({
    tags: { site: unknown, owner: "net" },
    list: ["a", unknown, { deep: unknown }],
    whole: unknown,
  });
  expect(Array.isArray(read["list"])).toBe(true);
});
