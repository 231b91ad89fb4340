import { judgeResource, judgeStack, severityOf, stackOf, undecidedOf } from "../../policy/rules/judge.js";
import { evaluate, judgeOne, stackRules } from "../../policy/rules/index.js";
import { Lookup } from "../../policy/rules/lookup.js";
import { refer } from "../../policy/rules/references.js";
import { referenceRequired } from "../../policy/rules/reference-required.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/rules-file.js";
import { holdsSecret, isSecret, isSecretAt, named, notKnown, show, some } from "../../policy/rules/show.js";
import type { Finding, Resource, ResourceRule, RuleFinding, StackRule } from "../../policy/rules/types.js";
import { KindUnavailableError } from "../../provider/inventory/inventory.js";
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
function judged(check: ResourceRule["check"], rules = anywhere, of = resource()): ReturnType<typeof judgeResource> {
  const rule: ResourceRule = {
    scope: "resource",
    name: "record-exists",
    title: "",
    cure: "",
    severity: "error",
    check,
  };
  const file = parseRulesFile(rules, "test");
  return judgeResource(rule, { ...refer(of, file, lookup), lookup, rules: file }, now);
}

/** The same of a stack. */
function judgedStack(check: StackRule["check"], resources = [resource()], root?: string, rules = anywhere): Finding[] {
  const rule: StackRule = { scope: "stack", name: "reference-unique", title: "", cure: "", severity: "error", check };
  const file = parseRulesFile(rules, "test");
  const referring = resources.map((one) => refer(one, file, lookup));
  return judgeStack(rule, { resources: referring, lookup, rules: file, now }, root);
}

const bare = { rule: "record-exists", severity: "error", urn: urn("it"), type: "aws:x/y:Z" };

test("a finding has the facts that the rule gave, and no others", () => {
  expect(judged(() => [{ message: "wrong" }])).toStrictEqual([{ ...bare, message: "wrong" }]);
  const facts: RuleFinding = { kind: "location", recordId: "PAR", message: "wrong", expected: 1, actual: 2 };
  expect(judged(() => [facts])).toStrictEqual([{ ...bare, ...facts }]);
  const later = { message: "later", decidedAtUpdate: true, undecided: "site" };
  expect(judged(() => [later])).toStrictEqual([{ ...bare, severity: "info", ...later }]);
});

test("the same is told once, and nothing where nothing is named or the rules pass over it", () => {
  expect(judged(() => [{ message: "a" }, { message: "b" }, { message: "a" }]).map(({ message }) => message)).toEqual([
    "a",
    "b",
  ]);
  const another = [{ what: ["x"] }, { what: ["y"] }, { what: ["x"] }].map((subject) => ({ message: "a", subject }));
  expect(judged(() => another).map(({ subject }) => subject?.what)).toEqual([["x"], ["y"]]);
  const found = (): RuleFinding[] => [{ message: "a" }];
  expect(judged(found, {})).toEqual([]);
  expect(judged(found, { ...anywhere, ignore: [{ reason: "lab" }] })).toEqual([]);
  expect(judged(found, { ...anywhere, ignore: [{ reason: "lab", rule: "record-in-service" }] })).toHaveLength(1);
});

test("what could not be checked is a finding; another fault is thrown", () => {
  const refuse = (error: Error) => (): RuleFinding[] => {
    throw error;
  };
  const refused = new KindUnavailableError("no accounts");
  expect(judged(refuse(refused))).toStrictEqual([{ ...bare, message: "it could not be checked: no accounts" }]);
  expect(judgedStack(refuse(refused))[0]?.message).toBe("the stack could not be checked: no accounts");
  expect(() => judged(refuse(new Error("the disk is full")))).toThrow("the disk is full");
  expect(() => judgedStack(refuse(new Error("the disk is full")))).toThrow("the disk is full");
});

describe("whatever a rule says, no secret of the resource is in it", () => {
  const told = (found: RuleFinding, ...secrets: string[]): unknown[] => [
    ...judged(() => [found], anywhere, resource({ secrets: new Set(secrets) })),
  ];

  test("not in its message, the longest first, also as JSON writes it", () => {
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
  ])("nor in its %s", (_name, facts) => {
    expect(told({ kind: "location", message: "wrong", ...facts }, "hunter2")).toStrictEqual([
      { ...bare, kind: "location", message: "wrong" },
    ]);
  });

  test("nor in all that it stands for; what it is known by is no secret", () => {
    const subject = { what: ["hunter2.path"], all: ["a", "a hunter2"] };
    expect(told({ message: "wrong", subject }, "hunter2")).toStrictEqual([
      { ...bare, message: "wrong", subject: { what: ["hunter2.path"] } },
    ]);
    expect(told({ message: "wrong", subject: { all: ["hunter2"] } }, "hunter2")).toStrictEqual([
      { ...bare, message: "wrong" },
    ]);
  });

  test("and what is no secret stays", () => {
    const facts = {
      subject: { what: ["path"], all: ["a"] },
      recordId: "PAR",
      message: "it is ab",
      expected: 1,
      actual: 2,
    };
    expect(told(facts, "hunter2", "ab")).toStrictEqual([{ ...bare, ...facts }]);
    expect(told(facts)).toStrictEqual([{ ...bare, ...facts }]);
  });

  test("nor in what is said of its stack", () => {
    const resources = [resource(), resource({ urn: urn("b"), secrets: new Set(["hunter2"]) })];
    expect(judgedStack(() => [{ message: "it is hunter2" }], resources)[0]?.message).toBe("it is [secret]");
  });
});

test("a finding of a stack is its resource's, or its root's, and passed over as such", () => {
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

test("the root of a stack is found by any of its resources", () => {
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

test("the rules file decides on severity, and its absence leaves the rule's own", () => {
  const rules = parseRulesFile({ severity: { "reference-required": "info" } }, "test");
  expect(severityOf(referenceRequired, rules)).toBe("info");
  expect(severityOf(referenceRequired, parseRulesFile({}, "test"))).toBe("error");
});

test("what is left to the update is one finding, with all that it waits for", () => {
  const at = (undecided?: string, rule: Finding["rule"] = "record-exists") => ({
    rule,
    severity: "info" as const,
    urn: "u",
    type: "t",
    kind: "location" as const,
    message: "m",
    decidedAtUpdate: true,
    ...(undecided === undefined ? {} : { undecided }),
  });
  const { decidedAtUpdate: _later, ...decided } = at();
  const one = { rule: "record-exists", severity: "info", urn: "u", type: "t", kind: "location", decidedAtUpdate: true };
  expect(undecidedOf("it", undefined, [decided])).toBeUndefined();
  expect(undecidedOf("it", undefined, [decided, at("site")])).toStrictEqual({
    ...one,
    subject: { what: ["undecided"], all: ["site"] },
    message: "it: site is decided at update, and checked there",
  });
  expect(undecidedOf("it", undefined, [at("site"), at("site"), at(undefined, "record-in-service")])?.message).toBe(
    "it: site, record-in-service are decided at update, and checked there",
  );
  expect(undecidedOf("it", undefined, [at("site"), at("place"), at("site")])?.subject?.all).toEqual(["place", "site"]);
  expect(undecidedOf("it", "was not read", [at("site")])?.message).toBe("it: site was not read");
});

test("findings come in the order of the rules, what is left to the update last", () => {
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
  judgeOne({ ...refer(of, rules, lookup, true), lookup, rules }, now, into);
  expect(into.map(({ message }) => message)).toEqual([
    "it: site, tag cmdb:account are decided at update, and checked there",
  ]);
  into.length = 0;
  judgeOne({ ...refer(resource({ properties: { site: "LYO" } }), rules, lookup, true), lookup, rules }, now, into);
  expect(into.map(({ rule }) => rule)).toEqual(["record-exists", "reference-required"]);
  for (const finding of into) expect(finding).not.toHaveProperty("undecided");
  expect(evaluate([of], inventory, rules, now).resources.map(({ withheld }) => withheld)).toEqual([false]);
  expect(stackRules.map(({ name }) => name)).toEqual(["reference-unique", "inventory-covered", "inventory-fresh"]);
});

test("without properties, whether it names its record is left to the update", () => {
  const rules = parseRulesFile(
    { references: [{ types: ["*"], kind: "location", id: "site", required: true }] },
    "test",
  );
  const context = { ...refer(resource({ properties: {} }), rules, lookup, true), lookup, rules };
  expect(referenceRequired.check(context)).toEqual([
    {
      kind: "location",
      decidedAtUpdate: true,
      undecided: "site",
      message: "it: nothing of it is known in this run, so whether it names its location is decided at update",
    },
  ]);
});

describe("a secret is recognized", () => {
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

  test("and not where there is none", () => {
    expect(isSecret("a", resource())).toBe(false);
    expect(holds("a")).toBe(false);
    expect(holdsSecret("ab", "ab")).toBe(false);
    expect(holdsSecret("abc", "abc")).toBe(true);
  });

  test("in what an expression computes from it, and not in what names alone find beside it", () => {
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

test("values, records and lists are shown in few words", () => {
  expect([show("a"), show({ a: 1 }), show(undefined), show(null)]).toEqual(['"a"', '{"a":1}', "undefined", "null"]);
  expect(show("x".repeat(78))).toBe(`"${"x".repeat(78)}"`);
  expect(show("x".repeat(79))).toMatch(/^"x{60,80}… \(81 characters\)$/);
  expect([named("location", "PAR", false), named("location", "PAR", true)]).toEqual([
    'location "PAR"',
    "a location (a secret)",
  ]);
  expect([some(["a", "b"]), some(["a", "b", "c"], 2), some(["a", "b"], 2)]).toEqual([
    "a, b",
    "a, b and 1 more",
    "a, b",
  ]);
  expect([notKnown(resource()), notKnown(resource({ notKnown: "was not read" }))]).toEqual([
    "is decided at update",
    "was not read",
  ]);
});
