import { evaluateResource, evaluateStack, severityOf, stackOf, undecidedOf } from "../../policy/rules/core/evaluate.js";
import { evaluate, evaluateOne, stackRules } from "../../policy/rules/index.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { referenceRequired } from "../../policy/rules/reference-required.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import {
  holdsSecret,
  isSecret,
  isSecretAt,
  recordLabel,
  describeUnknown,
  show,
  summarizeList,
} from "../../policy/rules/core/show.js";
import { viewOf } from "../../policy/rules/core/stack-view.js";
import type { Finding, ResourceRule, RuleFinding, StackRule } from "../../policy/rules/core/types.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import { KindUnavailableError } from "../../provider/model/inventory-reader.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const inventory = arrayInventory([{ kind: "location", id: "PAR", attributes: {} }]);
const lookup = new Lookup(inventory);
const now = new Date("2026-03-10T12:00:00Z");
const anywhere: RulesInput = { references: [{ types: ["*"], kind: "location", id: "site" }] };
const urn = (name: string): string => `urn:pulumi:dev::net::aws:x/y:Z::${name}`;
const resource = (more: Partial<Resource> = {}): Resource => ({
  urn: urn("it"),
  type: "aws:x/y:Z",
  name: "it",
  properties: { site: "PAR" },
  ...more,
});

/** What comes of what a rule says of a resource. */
function judged(check: ResourceRule["check"], rules = anywhere, of = resource()): ReturnType<typeof evaluateResource> {
  const rule: ResourceRule = {
    scope: "resource",
    name: "record-exists",
    title: "",
    remediation: "",
    severity: "error",
    examines: () => true,
    check,
  };
  const file = parseRulesFile(rules, "test");
  return evaluateResource(rule, { ...resolveReferences(of, file, lookup), lookup, rules: file }, now);
}

/** The same of a stack. */
function judgedStack(check: StackRule["check"], resources = [resource()], root?: string, rules = anywhere): Finding[] {
  const rule: StackRule = {
    scope: "stack",
    name: "reference-unique",
    title: "",
    remediation: "",
    severity: "error",
    examines: () => true,
    check,
  };
  const file = parseRulesFile(rules, "test");
  const referring = resources.map((one) => resolveReferences(one, file, lookup));
  return evaluateStack(rule, { stack: viewOf(referring, lookup, file), rules: file, now }, root);
}

const bare = { rule: "record-exists", severity: "error", urn: urn("it"), type: "aws:x/y:Z" };

test("a finding has the facts of its rule, and no others", () => {
  expect(judged(() => [{ message: "wrong" }])).toStrictEqual([{ ...bare, message: "wrong" }]);
  const facts: RuleFinding = { kind: "location", recordId: "PAR", message: "wrong", expected: 1, actual: 2 };
  expect(judged(() => [facts])).toStrictEqual([{ ...bare, ...facts }]);
  const later = { message: "later", undecided: true, affects: ["site"] };
  expect(judged(() => [later])).toStrictEqual([{ ...bare, severity: "info", ...later }]);
});

test("a finding is reported once, and not at all without a reference or if it is ignored", () => {
  expect(judged(() => [{ message: "a" }, { message: "b" }, { message: "a" }]).map(({ message }) => message)).toEqual([
    "a",
    "b",
  ]);
  const another = [["x"], ["y"], ["x"]].map((about) => ({ message: "a", about }));
  expect(judged(() => another).map(({ about }) => about)).toEqual([["x"], ["y"]]);
  const found = (): RuleFinding[] => [{ message: "a" }];
  expect(judged(found, {})).toEqual([]);
  expect(judged(found, { ...anywhere, ignore: [{ reason: "lab" }] })).toEqual([]);
  expect(judged(found, { ...anywhere, ignore: [{ reason: "lab", rule: "record-in-service" }] })).toHaveLength(1);
});

test("an unavailable kind is a finding, and any other error is thrown", () => {
  const refuse = (error: Error) => (): RuleFinding[] => {
    throw error;
  };
  const refused = new KindUnavailableError("no accounts");
  expect(judged(refuse(refused))).toMatchInlineSnapshot(`
   [
     {
       "message": "it could not be checked: no accounts",
       "rule": "record-exists",
       "severity": "error",
       "type": "aws:x/y:Z",
       "urn": "urn:pulumi:dev::net::aws:x/y:Z::it",
     },
   ]
  `);
  expect(judgedStack(refuse(refused))[0]?.message).toMatchInlineSnapshot(
    `"the stack could not be checked: no accounts"`,
  );
  expect(() => judged(refuse(new Error("the disk is full")))).toThrow("the disk is full");
  expect(() => judgedStack(refuse(new Error("the disk is full")))).toThrow("the disk is full");
});

describe("a finding has no secret of the resource", () => {
  const told = (found: RuleFinding, ...secrets: string[]): unknown[] => [
    ...judged(() => [found], anywhere, resource({ secrets: new Set(secrets) })),
  ];

  test("in its message, raw or as JSON", () => {
    expect(told({ message: "it is hunter2, hunter" }, "hunter", "hunter2")).toStrictEqual([
      { ...bare, message: "it is [secret], [secret]" },
    ]);
    expect(told({ message: 'it is to\\"p' }, 'to"p')).toStrictEqual([{ ...bare, message: "it is [secret]" }]);
    expect(told({ message: 'it is to"p' }, 'to"p')).toStrictEqual([{ ...bare, message: "it is [secret]" }]);
  });

  test.each([
    ["id", { recordId: "hunter2" }],
    ["expectation", { expected: ["hunter2"] }],
    ["value", { actual: { deep: "a hunter2" } }],
  ])("in its %s", (_name, facts) => {
    expect(told({ kind: "location", message: "wrong", ...facts }, "hunter2")).toStrictEqual([
      { ...bare, kind: "location", message: "wrong" },
    ]);
  });

  test("in what it affects, and what it is about stays as a stable key", () => {
    const about = ["hunter2.path"];
    expect(told({ message: "wrong", about, affects: ["a", "a hunter2"] }, "hunter2")).toStrictEqual([
      { ...bare, message: "wrong", about },
    ]);
    expect(told({ message: "wrong", affects: ["hunter2"] }, "hunter2")).toStrictEqual([{ ...bare, message: "wrong" }]);
  });

  test("and keeps values that are not secret", () => {
    const facts = {
      about: ["path"],
      affects: ["a"],
      recordId: "PAR",
      message: "it is ab",
      expected: 1,
      actual: 2,
    };
    expect(told(facts, "hunter2", "ab")).toStrictEqual([{ ...bare, ...facts }]);
    expect(told(facts)).toStrictEqual([{ ...bare, ...facts }]);
  });

  test("in the findings of its stack", () => {
    const resources = [resource(), resource({ urn: urn("b"), secrets: new Set(["hunter2"]) })];
    expect(judgedStack(() => [{ message: "it is hunter2" }], resources)[0]?.message).toMatchInlineSnapshot(
      `"it is [secret]"`,
    );
  });
});

test("a stack finding is ignored by its resource, or by its root", () => {
  const [first, second] = [resource(), resource({ urn: urn("b"), type: "aws:x/y:Other" })];
  const check = (): ReturnType<StackRule["check"]> => [{ message: "a", resource: second }, { message: "b" }];
  const places = (...of: Parameters<typeof judgedStack>): unknown[] =>
    judgedStack(...of).map(({ urn: at, type, message }) => [message, at, type]);
  const root = "urn:pulumi:dev::net::pulumi:pulumi:Stack::net-dev";
  expect(places(check, [first, second])).toEqual([
    ["a", urn("b"), "aws:x/y:Other"],
    ["b", root, "pulumi:pulumi:Stack"],
  ]);
  expect(places(check, [first], "urn:other")[1]).toEqual(["b", "urn:other", "pulumi:pulumi:Stack"]);
  expect(places(check, [])[1]).toEqual(["b", "", "pulumi:pulumi:Stack"]);
  expect(places(() => [])).toEqual([]);
  const ignoring = (of: string): RulesInput => ({ ...anywhere, ignore: [{ reason: "lab", resource: of }] });
  expect(places(check, [first], undefined, ignoring(urn("b")))).toEqual([["b", root, "pulumi:pulumi:Stack"]]);
  expect(places(check, [first], undefined, ignoring(root))).toEqual([["a", urn("b"), "aws:x/y:Other"]]);
});

test("the root of a stack is derived from any resource", () => {
  expect(stackOf("urn:pulumi:dev::net::a:b:C$d:e:F::name::more")).toBe(
    "urn:pulumi:dev::net::pulumi:pulumi:Stack::net-dev",
  );
  expect(stackOf("urn:pulumi:org/net/dev::net::a:b:C::n")).toBe(
    "urn:pulumi:org/net/dev::net::pulumi:pulumi:Stack::net-dev",
  );
  expect(["", "no urn", "x urn:pulumi:dev::net::a:b:C::n", "urn:pulumi:::net::x"].map(stackOf)).toEqual([
    "",
    "",
    "",
    "",
  ]);
});

test("the rules file overrides the severity of a rule", () => {
  const rules = parseRulesFile({ severity: { "reference-required": "info" } }, "test");
  expect(severityOf(referenceRequired, rules)).toBe("info");
  expect(severityOf(referenceRequired, parseRulesFile({}, "test"))).toBe("error");
});

test("undecided values are one finding that names all of them", () => {
  const at = (undecided?: string, rule: Finding["rule"] = "record-exists") => ({
    rule,
    severity: "info" as const,
    urn: "u",
    type: "t",
    kind: "location" as const,
    message: "m",
    undecided: true,
    ...(undecided === undefined ? {} : { affects: [undecided] }),
  });
  const { undecided: _later, ...decided } = at();
  expect(undecidedOf("it", undefined, [decided])).toBeUndefined();
  expect(undecidedOf("it", undefined, [decided, at("site")])).toMatchInlineSnapshot(`
   {
     "about": [
       "undecided",
     ],
     "affects": [
       "site",
     ],
     "kind": "location",
     "message": "it: site is unknown at preview and will be checked during the update",
     "rule": "record-exists",
     "severity": "info",
     "type": "t",
     "undecided": true,
     "urn": "u",
   }
  `);
  expect(
    undecidedOf("it", undefined, [at("site"), at("site"), at(undefined, "record-in-service")])?.message,
  ).toMatchInlineSnapshot(`"it: site, record-in-service are unknown at preview and will be checked during the update"`);
  expect(undecidedOf("it", undefined, [at("site"), at("place"), at("site")])?.affects).toEqual(["place", "site"]);
  expect(undecidedOf("it", "was not read", [at("site")])?.message).toMatchInlineSnapshot(`"it: site was not read"`);
});

test("findings are in the order of the rules, undecided ones last", () => {
  const into: Finding[] = [];
  const rules = parseRulesFile(
    {
      references: [
        { types: ["*"], kind: "location", id: "site", required: true },
        { types: ["*"], kind: "account", required: true },
      ],
    },
    "test",
  );
  const of = resource({ properties: {} });
  evaluateOne({ ...resolveReferences(of, rules, lookup, true), lookup, rules }, now, into);
  expect(into.map(({ message }) => message)).toMatchInlineSnapshot(`
   [
     "it: site, tag cmdb:account are unknown at preview and will be checked during the update",
   ]
  `);
  into.length = 0;
  evaluateOne(
    { ...resolveReferences(resource({ properties: { site: "LYO" } }), rules, lookup, true), lookup, rules },
    now,
    into,
  );
  expect(into.map(({ rule }) => rule)).toEqual(["record-exists", "reference-required"]);
  expect(evaluate([of], inventory, rules, now).resources.map(({ propertiesOmitted }) => propertiesOmitted)).toEqual([
    false,
  ]);
  expect(stackRules.map(({ name }) => name)).toEqual(["reference-unique", "inventory-covered", "inventory-fresh"]);
});

test("a required reference is undecided without properties", () => {
  const rules = parseRulesFile(
    { references: [{ types: ["*"], kind: "location", id: "site", required: true }] },
    "test",
  );
  const context = { ...resolveReferences(resource({ properties: {} }), rules, lookup, true), lookup, rules };
  expect(referenceRequired.check(context)).toMatchInlineSnapshot(`
   [
     {
       "affects": [
         "site",
       ],
       "kind": "location",
       "message": "it: its properties are unknown, so its reference to a location is unknown at preview",
       "undecided": true,
     },
   ]
  `);
});

describe("a secret is detected", () => {
  const holds = (value: unknown, ...secrets: string[]): boolean =>
    isSecret(value, resource({ secrets: new Set(secrets) }));

  test.each([
    ["as it is", "hunter2", "hunter2", true],
    ["within a text", "a hunter2b", "hunter2", true],
    ["as JSON writes it", 'a \\"b\\" c', 'a "b" c', true],
    ["deep in a value", { a: [{ b: "hunter2" }] }, "hunter2", true],
    ["as a number", 4711, "4711", true],
    ["not where there is another", "hunter3", "hunter2", false],
    ["a short one as it is", "ab", "ab", true],
    ["not a short one within a text", "xab", "ab", false],
    ["one of three letters within a text", "xabcx", "abc", true],
    ["cut out of it, between signs", "CI-9", "a CI-9,b", true],
    ["cut out of its beginning", "CI-9", "CI-9,b", true],
    ["cut out of its end", "CI-9", "a CI-9", true],
    ["cut out of it, where the first time it is within a word", "CI-9", "xCI-9 CI-9", true],
    ["not within a word", "CI-9", "aCI-9b", false],
    ["not at the end of a word", "CI-9", "aCI-9 ", false],
    ["not at the beginning of a word", "CI-9", " CI-9é", false],
    ["cut out of JSON", 'a"b', '["a\\"b"]', true],
    ["not in an empty text", "", "hunter2", false],
    ["not in nothing", null, "null", false],
    ["not in what is not set", undefined, "undefined", false],
  ])("%s", (_name, value, secret, is) => {
    expect(holds(value, "other", secret)).toBe(is);
  });

  test("only if there is one", () => {
    expect(isSecret("a", resource())).toBe(false);
    expect(holds("a")).toBe(false);
    expect(holdsSecret("ab", "ab")).toBe(false);
    expect(holdsSecret("abc", "abc")).toBe(true);
  });

  test("in the result of an expression, and not beside it in a path", () => {
    const properties = { key: "hunter2", "my-key": "hunter2", open: "text" };
    const at = (path: string, value: unknown, secrets?: ReadonlySet<string>): boolean =>
      isSecretAt(path, value, resource({ properties, ...(secrets ? { secrets } : {}) }));
    const secrets = new Set(["hunter2"]);
    expect(at("key", "hunter2", secrets)).toBe(true);
    expect(at("key", "anything", secrets)).toBe(false);
    expect(at("length(key)", 7, secrets)).toBe(true);
    expect(at('length("my-key")', 7, secrets)).toBe(true);
    expect(at("length(open)", 4, secrets)).toBe(false);
    expect(at("`1`", 1, secrets)).toBe(false);
    expect(at("length(key)", undefined, secrets)).toBe(false);
    expect(at("length(key)", 7)).toBe(false);
  });
});

test("values, records and lists are shortened", () => {
  expect([show("a"), show({ a: 1 }), show(undefined), show(null)]).toEqual(['"a"', '{"a":1}', "undefined", "null"]);
  expect(show("x".repeat(78))).toBe(`"${"x".repeat(78)}"`);
  expect(show("x".repeat(79))).toMatch(/^"x{60,80}… \(81 characters\)$/);
  expect([recordLabel("location", "PAR", false), recordLabel("location", "PAR", true)]).toMatchInlineSnapshot(`
   [
     "location "PAR"",
     "a location (a secret)",
   ]
  `);
  expect([summarizeList(["a", "b"]), summarizeList(["a", "b", "c"], 2), summarizeList(["a", "b"], 2)])
    .toMatchInlineSnapshot(`
   [
     "a, b",
     "a, b and 1 more",
     "a, b",
   ]
  `);
  expect([describeUnknown(resource()), describeUnknown(resource({ unknownReason: "was not read" }))])
    .toMatchInlineSnapshot(`
   [
     "is unknown at preview",
     "was not read",
   ]
  `);
});
