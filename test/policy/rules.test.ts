import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { z } from "zod";
import { findRules, loadRulesFile } from "../../policy/config/load-rules.js";
import { evaluate } from "../../policy/rules/index.js";
import { serves } from "../../policy/rules/record-in-service.js";
import {
  conventionalRules,
  parseRulesFile,
  RulesFileError,
  rulesFileSchema,
  type RulesInput as RulesFileInput,
} from "../../policy/rules/file/rules-file.js";
import type { Finding } from "../../policy/rules/core/types.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import { elements, type InventoryRecord } from "../../provider/model/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";

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

const type = "aws:ec2/customerGateway:CustomerGateway";
const resource = (properties: Record<string, unknown>, more: Partial<Resource> = {}): Resource => {
  const name = more.name ?? "gw";
  return { urn: `urn:pulumi:dev::net::${more.type ?? type}::${name}`, type, name, properties, ...more };
};
const evaluated = (resources: readonly Resource[], rules: RulesFileInput, of = inventory): Finding[] => [
  ...evaluate(resources, of, parseRulesFile(rules, "test")).findings,
];

function judge(properties: Record<string, unknown>, rules: RulesFileInput = gatewayRules): Finding[] {
  return evaluated([resource(properties)], rules);
}

const tagged = (id: unknown): Record<string, unknown> => ({ tags: { "cmdb:configuration-item": id } });
const names = (findings: Finding[]): string[] => findings.map(({ rule, undecided }) => rule + (undecided ? "?" : ""));

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

  test("report a missing reference if one is required", () => {
    expect(names(judge({ ipAddress: "10.0.0.1" }))).toEqual(["reference-required"]);
    expect(names(judge(tagged("")))).toEqual(["reference-required"]);
  });

  test.each([
    ["a boolean", true, "true"],
    ["an object", { id: "CI-1" }, '{"id":"CI-1"}'],
    ["an object in a list", ["CI-1", { id: "CI-1" }], '{"id":"CI-1"}'],
    ["an object in a JSON list", '["CI-1", {"id": "CI-1"}]', '{"id":"CI-1"}'],
  ])("report %s in place of an id", (_name, id, shown) => {
    const rules: RulesFileInput = { references: [{ types: ["*"], kind: "configurationItem" }] };
    const [found, ...more] = judge(tagged(id), rules);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ rule: "record-exists", severity: "error", kind: "configurationItem" });
    expect(found?.message).toContain(`gw: tag cmdb:configuration-item ${shown} is not the id of a configurationItem`);
  });

  test.each([[null], [""], [" "], [[]], [{}], [[null]]])("find no reference in %j", (id) => {
    expect(judge(tagged(id), { references: [{ types: ["*"], kind: "configurationItem" }] })).toEqual([]);
  });

  test("show the value of a property and the value of the record", () => {
    const found = judge({ ...tagged("CI-1"), ipAddress: "10.9.9.9" });
    expect(found).toMatchObject([
      { rule: "attributes-match", severity: "warning", expected: "10.0.0.1", actual: "10.9.9.9" },
    ]);
    expect(judge(tagged("CI-1"))[0]?.message).toContain("is not set");
  });

  test("defer unknown values to the update", () => {
    expect(names(judge({ tags: UNKNOWN }))).toEqual(["record-exists?"]);
    expect(names(judge({ ...tagged("CI-1"), ipAddress: UNKNOWN }))).toEqual(["attributes-match?"]);
    const [found, ...more] = judge(tagged(UNKNOWN));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ undecided: true, severity: "info" });
    expect(found?.message).toMatchInlineSnapshot(
      `"gw: tags."cmdb:configuration-item", ipAddress are unknown at preview and will be checked during the update"`,
    );
  });

  test("check known values beside unknown ones", () => {
    const rules = {
      ...gatewayRules,
      references: [...(gatewayRules.references ?? []), { types: ["*"], kind: "location" as const }],
    };
    const found = judge(
      { tags: { "cmdb:configuration-item": UNKNOWN, "cmdb:location": "LYO" }, ipAddress: "10.0.0.1" },
      rules,
    );
    expect(names(found)).toEqual(["record-exists", "record-exists?"]);
  });

  test("check the known ids of a list beside an unknown one", () => {
    expect(names(judge({ ...tagged(["CI-9", UNKNOWN]), ipAddress: "10.0.0.1" }))).toContain("record-exists");
  });

  test("do not take the second choice while the first is unknown", () => {
    const rules = { references: [{ types: ["*"], kind: "location" as const, id: "tags.site || labels.site" }] };
    expect(names(judge({ tags: UNKNOWN, labels: { site: "NOWHERE" } }, rules))).not.toContain("record-exists");
  });

  test("do not throw if the inventory has no record of a kind", () => {
    const rules: RulesFileInput = {
      references: [{ types: ["*"], kind: "location", id: "site" }],
      cover: [{ kind: "location" }],
    };
    const found = evaluated([resource({ site: "PAR" })], rules, arrayInventory([], ["account"]));
    expect(names(found)).toEqual(["record-exists", "inventory-covered"]);
    for (const { message } of found) expect(message).toContain("could not be checked: no location in this inventory");
  });

  test("exclude stacks and providers from a wildcard", () => {
    const rules: RulesFileInput = { references: [{ types: ["*"], kind: "location", id: "site", required: true }] };
    const of = (type: string, more: Partial<Resource> = {}): Finding[] =>
      evaluated([resource({ some: "property" }, { type, ...more })], rules);
    expect(of("pulumi:pulumi:Stack")).toEqual([]);
    expect(of("pulumi:providers:aws")).toEqual([]);
    expect(names(of("aws:s3/bucket:Bucket"))).toEqual(["reference-required"]);
    expect(of("my:net:Site", { component: true })).toEqual([]);
  });

  test("evaluate a component if an entry names its type", () => {
    const rules: RulesFileInput = {
      references: [{ types: ["my:net:*"], kind: "location", id: "site", required: true }],
    };
    expect(names(evaluated([resource({ a: 1 }, { type: "my:net:Site", component: true })], rules))).toEqual([
      "reference-required",
    ]);
  });

  test("use the severities of the rules file, and ignore entries until their last day", () => {
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
});

test.each(["OutOfService", "out-of-service", "OUT_OF_SERVICE", " Out of Service "])(
  "%j is one status, whatever its spelling",
  (status) => {
    const record: InventoryRecord = { kind: "configurationItem", id: "X", status, attributes: {} };
    expect(serves(record, parseRulesFile({}, "test"))).toBe(false);
    expect(serves(record, parseRulesFile({ inService: { configurationItem: ["out of service"] } }, "test"))).toBe(true);
    expect(serves(record, parseRulesFile({ inService: { configurationItem: ["service"] } }, "test"))).toBe(false);
  },
);

test.each([
  ["OPERATIONAL", true],
  ["INSTALLING", true],
  ["UNKNOWN", true],
  ["TERMINATED", false],
  ["CANCELLED", false],
])("the API's status %s is in service by default: %s", (status, expected) => {
  const record: InventoryRecord = { kind: "configurationItem", id: "X", status, attributes: {} };
  expect(serves(record, parseRulesFile({}, "test"))).toBe(expected);
});

test("a record with several statuses is in service if any of them is", () => {
  const of = (...statuses: string[]): InventoryRecord => {
    const several = { kind: "configurationItem", id: "X", status: statuses.join(", "), attributes: {} } as const;
    return { ...several, [elements]: { status: statuses } };
  };
  const listed = parseRulesFile({ inService: { configurationItem: ["Operational"] } }, "test");
  const none = parseRulesFile({}, "test");
  expect([none, listed].map((rules) => serves(of("OPERATIONAL", "TERMINATED"), rules))).toEqual([true, true]);
  expect([none, listed].map((rules) => serves(of("INSTALLING", "UNKNOWN"), rules))).toEqual([true, false]);
  expect([none, listed].map((rules) => serves(of("TERMINATED", "CANCELLED"), rules))).toEqual([false, false]);
});

test.each(["type", "attributes.type", "type || category"])(
  "a property agrees with any value of a record's list at %s",
  (path) => {
    const record: InventoryRecord = {
      ...{ kind: "configurationItem", id: "X", type: "ROUTER, DSL", attributes: { type: ["ROUTER", "DSL"] } },
      [elements]: { type: ["ROUTER", "DSL"] },
    };
    const match = [{ property: "role", record: path, as: "ignore-case" as const }];
    const rules = parseRulesFile(
      { references: [{ types: ["*"], kind: "configurationItem", id: "ci", match }] },
      "test",
    );
    const found = (role: unknown): number => {
      const it: Resource = { urn: "urn:pulumi:a::b::c::d", type: "c", name: "d", properties: { ci: "X", role } };
      return evaluate([it], arrayInventory([record]), rules).findings.length;
    };
    expect(["router", "dsl", ["dsl", "router"], "switch", "router, dsl"].map(found)).toEqual([0, 0, 0, 1, 1]);
  },
);

test("all Unicode forms of an id refer to one record, even a missing one", () => {
  const inventory = arrayInventory([
    { kind: "location", id: "LOC-ORLE\u0301ANS", attributes: {} },
    { kind: "configurationItem", id: "X", locationId: "LOC-ORL\u00c9ANS", attributes: {} },
  ]);
  const rules = parseRulesFile(
    {
      references: [
        { types: ["*"], kind: "location" },
        { types: ["*"], kind: "configurationItem" },
      ],
      unique: { location: 1 },
      cover: [{ kind: "location" }],
    },
    "test",
  );
  const at = (name: string, location: string): Resource => ({
    ...{ urn: `urn:pulumi:a::b::c::${name}`, type: "c", name },
    properties: { tags: { "cmdb:location": location, "cmdb:configuration-item": "X" } },
  });
  const rulesOf = (...resources: Resource[]): string[] =>
    evaluate(resources, inventory, rules).findings.map(({ rule, recordId }) => `${rule} ${recordId}`);
  expect(rulesOf(at("a", "LOC-ORL\u00c9ANS"))).toEqual([]);
  expect(rulesOf(at("a", "LOC-ORL\u00c9ANS"), at("b", "LOC-ORLE\u0301ANS"))).toEqual([
    "reference-unique LOC-ORLE\u0301ANS",
  ]);
  expect(rulesOf(at("a", "N\u00ceMES"), at("b", "NI\u0302MES"))).toContain("reference-unique N\u00ceMES");
});

test("a record is in service according to the rules", () => {
  const of = (status?: string) =>
    ({ kind: "location", id: "PAR", attributes: {}, ...(status ? { status } : {}) }) as const;
  const rules = (allowed?: string[]) => ({ inService: allowed ? { location: allowed } : {} });
  expect([of(), of("Anything"), of("OUT_OF-Service")].map((one) => serves(one, rules()))).toEqual([true, true, false]);
  expect([of(), of("Anything"), of("in_service")].map((one) => serves(one, rules(["In service"])))).toEqual([
    false,
    false,
    true,
  ]);
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

  test.each([
    "lower_case(a)",
    "items[?kind == 'x'].{id: find_it(@)}",
    "a && (b || trimmed(c))",
    "list[*].lower(a, b)",
    "map(&upper_case(@), list)",
    "$there",
  ])("rejects JMESPath that cannot run: %s", (path) => {
    const match = [{ property: path, record: path }];
    const of = (input: object) => () => parseRulesFile(input, "test");
    const references = [{ types: ["*"], kind: "location", id: path, match }];
    for (const place of ["id", "match.0.property", "match.0.record"])
      expect(of({ references })).toThrow(`references.0.${place}: `);
    expect(of({ references })).toThrowErrorMatchingSnapshot();
    expect(of({ cover: [{ kind: "location", where: path }] })).toThrowErrorMatchingSnapshot();
  });

  test.each([
    "lower(a)",
    "join('-', [a, b])",
    "sort_by(list, &name)[0].id",
    "not_null(a, b, c)",
    '`{"type": "Function", "name": "x", "children": []}`',
    "replace(a, 'x', 'y', `2`)",
    "let $a = tags in $a.site",
    "zip(a, b, c)",
    "pad_left(a, `3`)",
  ])("accepts JMESPath that some data does not match: %s", (path) => {
    const rules: RulesFileInput = { references: [{ types: ["*"], kind: "location", id: path }] };
    expect(() => judge({}, rules)).not.toThrow();
    expect(() => judge({ a: 1, list: 1 }, rules)).not.toThrow();
  });

  test("can be YAML or JSON, and empty", () => {
    expect(loadRulesFile(write("a.json", '{"severity": {"record-exists": "info"}}')).rules.severity).toEqual({
      "record-exists": "info",
    });
    expect(loadRulesFile(write("b.yaml", "ignore: [{reason: lab, until: 2027-01-31}]")).rules.ignore[0]?.until).toBe(
      "2027-01-31",
    );
    expect(loadRulesFile(write("c.yaml", "references: []")).rules.references).toEqual([]);
    for (const text of ["", "\n", "# no rule\n# at all\n", "---\n", "null"])
      expect(() => loadRulesFile(write("e.yaml", text))).toThrow(/e\.yaml is empty: add rules .*or delete the file/);
    expect(() => loadRulesFile(write("d.yaml", "a: ["))).toThrow(RulesFileError);
    expect(() => loadRulesFile(join(root, "none.yaml"))).toThrow(RulesFileError);
  });

  test("is the given one, then the one of the environment, then the one beside Pulumi.yaml", () => {
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

  test("rejects a tolerance for other comparisons, and names of countries", () => {
    const match = [{ property: "a", record: "b", tolerance: 1 }];
    const wrong = {
      references: [{ types: ["*"], kind: "location", match }],
      residency: { regions: { "eu-west-9": "France" } },
    };
    expect(() => parseRulesFile(wrong, "test")).toThrow(
      /references\.0\.match\.0\.tolerance: belongs to as: number or date/,
    );
    expect(() => parseRulesFile({ residency: wrong.residency }, "test")).toThrow(
      /residency\.regions\.eu-west-9: is not an ISO/,
    );
  });

  test("accepts a function as comparison, in TypeScript", () => {
    const as = (property: unknown, record: unknown): boolean => String(property).endsWith(String(record).slice(-1));
    const rules = (is: RulesFileInput): RulesFileInput => is;
    const own = rules({
      references: [{ types: ["*"], kind: "configurationItem", match: [{ property: "ip", record: "ipAddress", as }] }],
    });
    expect(judge({ ...tagged("CI-1"), ip: "anything 1" }, own)).toEqual([]);
    expect(names(judge({ ...tagged("CI-1"), ip: "anything 2" }, own))).toEqual(["attributes-match"]);
  });

  test("rejects a severity for a rule that does not exist", () => {
    expect(() => parseRulesFile({ severity: { "record-exist": "error" } }, "test")).toThrow(RulesFileError);
  });

  test("has a current JSON Schema that accepts the rules file of the quick start", () => {
    const project = join(__dirname, "../..");
    const path = join(project, "schemas/rules.schema.json");
    const generated = z.toJSONSchema(rulesFileSchema, { io: "input" });
    if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, JSON.stringify(generated));
    const schema = JSON.parse(readFileSync(path, "utf8")) as object;
    expect(schema).toEqual(generated);
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    const validate = ajv.compile(schema);
    expect(validate(parse(readFileSync(join(project, "examples/quickstart/cmdb.rules.yaml"), "utf8")))).toBe(true);
    expect(validate({ references: [{ types: ["*"] }] })).toBe(false);
  });
});

describe("the error of an invalid rules file", () => {
  /** The message without its first line. */
  function mistakes(input: unknown): string[] {
    try {
      parseRulesFile(input, "test");
    } catch (error) {
      expect(error).toMatchObject({ name: "RulesFileError" });
      const [first, ...lines] = (error as Error).message.split("\n");
      expect(first).toBe("test is not a rules file:");
      return lines;
    }
    return [];
  }

  test("lists at most 20 mistakes, and the number of the others", () => {
    const wrong = (count: number): object => ({ ignore: Array<object>(count).fill({ reason: "" }) });
    expect(mistakes(wrong(20))).toHaveLength(20);
    expect(mistakes(wrong(20)).at(-1)).toMatch(/^ {2}- ignore\.19\.reason: /);
    expect(mistakes(wrong(23))).toHaveLength(21);
    expect(mistakes(wrong(23)).slice(-2)).toEqual([
      expect.stringMatching(/^ {2}- ignore\.19\.reason: /) as string,
      "  - and 3 more",
    ]);
  });

  test("shows at most 80 characters of a key, and 1000 of a message", () => {
    const [long = ""] = mistakes({ severity: { ["x".repeat(1000)]: "error" } });
    expect(long).toContain(`unknown key "${"x".repeat(79)}… (1002 characters); allowed are record-exists, `);
    const where = `${"a.".repeat(1000)}[`;
    const [message = ""] = mistakes({ cover: [{ kind: "location", where }] });
    expect(message.length).toBeLessThan(1100);
  });

  test("shows places and allowed values", () => {
    expect(mistakes([])).toEqual([expect.stringMatching(/^ {2}- \(top level\): /) as string]);
    expect(mistakes({ ignore: [{ rule: "record-exsts", reason: "why" }] })).toMatchInlineSnapshot(`
     [
       "  - ignore.0.rule: "record-exsts" is not allowed; did you mean "record-exists"? Allowed are record-exists, reference-required, record-in-service, attributes-match, location-consistent, country-matches-region, reference-unique, inventory-covered, inventory-fresh, * as wildcard",
     ]
    `);
  });
});
