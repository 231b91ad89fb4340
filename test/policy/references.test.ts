import { besides, findByConvention, findInProvider, isSpelling, pairOf } from "../../policy/rules/convention.js";
import { Lookup } from "../../policy/rules/lookup.js";
import { entriesFor, isJudged, lowersLabels, placeOf, refer } from "../../policy/rules/references.js";
import { conventionalRules, parseRulesFile, type RulesInput } from "../../policy/rules/rules-file.js";
import { unknown, type Resource } from "../../policy/rules/types.js";
import type { InventoryReader } from "../../provider/inventory/inventory.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const inventory = arrayInventory(
  ["A", "B", "A B", "[A", "7", "low", "Two", "TWO"].map((id) => ({
    kind: "location" as const,
    id,
    attributes: { id },
  })),
);
const resource = (properties: Record<string, unknown>, more: Partial<Resource> = {}): Resource => ({
  urn: "urn:it",
  type: "aws:x/y:Z",
  name: "it",
  properties,
  ...more,
});
const bySite: RulesInput = { references: [{ types: ["*"], kind: "location", id: "site" }] };

/** What one entry finds, without what is not there. */
function found(
  site: unknown,
  more: Partial<Resource> = {},
  from: InventoryReader = inventory,
): Record<string, unknown> {
  const { references } = refer(resource({ site }, more), parseRulesFile(bySite, "test"), new Lookup(from));
  const [{ ids, records, missing, strange, ambiguous, undecided, secret, unavailable } = {} as never, ...rest] =
    references;
  expect(rest).toEqual([]);
  expect(records.map(({ id }) => id)).toEqual(ids.filter((id) => !missing.includes(id) && unavailable === undefined));
  const all = { ids, missing, strange, ambiguous, undecided, secret, unavailable };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  );
}

test.each([
  ["A", { ids: ["A"] }],
  ["A B", { ids: ["A B"] }],
  ["B A", { ids: ["B", "A"] }],
  ["B,A;7", { ids: ["B", "A", "7"] }],
  [" A ", { ids: ["A"] }],
  ["C", { ids: ["C"], missing: ["C"] }],
  ["A C", { ids: ["A", "C"], missing: ["C"] }],
  ["A A", { ids: ["A"] }],
  [7, { ids: ["7"] }],
  [8, { ids: ["8"], missing: ["8"] }],
  [["A", ["B", 7]], { ids: ["A", "B", "7"] }],
  [["A", "A", "C", "C"], { ids: ["A", "C"], missing: ["C"] }],
  ['["A", 7]', { ids: ["A", "7"] }],
  [' ["A"] ', { ids: ["A"] }],
  ["[A", { ids: ["[A"] }],
  ["[B", { ids: ["[B"], missing: ["[B"] }],
  ["x[B", { ids: ["x[B"], missing: ["x[B"] }],
  ['["A", true]', { ids: ["A"], strange: [true] }],
  [[true, { id: "A" }, {}, null, "", " ", undefined], { strange: [true, { id: "A" }] }],
  [false, { strange: [false] }],
  [{ id: "A" }, { strange: [{ id: "A" }] }],
  [{}, {}],
  [" ", {}],
  [",", { strange: [","] }],
  [" ; ", { strange: [" ; "] }],
  ["[]", { strange: ["[]"] }],
  ["[null]", { strange: ["[null]"] }],
  ['["A", ","]', { ids: ["A"], strange: [","] }],
  [[";", "A"], { ids: ["A"], strange: [";"] }],
  ["[true]", { strange: [true] }],
  [unknown, { undecided: true }],
  [["A", unknown], { ids: ["A"], undecided: true }],
  ["LOW", { ids: ["LOW"], missing: ["LOW"] }],
])("a property %j names %j", (site, names) => {
  expect(found(site)).toEqual(names);
});

test.each([
  ["LOW", { ids: ["low"] }],
  ["two", { ambiguous: [{ text: "two", ids: ["TWO", "Two"] }] }],
  ["Two", { ids: ["Two"] }],
  ["low two", { ids: ["low"], ambiguous: [{ text: "two", ids: ["TWO", "Two"] }] }],
  ["none", { ids: ["none"], missing: ["none"] }],
])("a label of Google Cloud %j names %j", (site, names) => {
  for (const type of ["gcp:x/y:Z", "google-native:x:Y"]) expect(found(site, { type })).toEqual(names);
});

test("only Google Cloud lowers its labels", () => {
  expect(["gcp:x", "google-native:x", "aws:gcp:x", "gcpx:y", "azure:google-native:"].map(lowersLabels)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ["tags.env == 'prod' && tags.ci", { env: "prod", ci: "A" }, { ids: ["A"] }],
  ["tags.env == 'prod' && tags.ci", { env: "dev", ci: "A" }, {}],
  ["tags.env == 'prod' && tags.ci", { env: unknown, ci: "A" }, { undecided: true }],
  ["tags.env == 'prod' && tags.ci", { env: "prod", ci: unknown }, { undecided: true }],
  ["tags.env == 'prod' && tags.ci", { env: "prod", ci: true }, { strange: [true] }],
  ["[tags.env == 'prod' && tags.ci, tags.also]", { env: "dev", ci: "A", also: "B" }, { ids: ["B"] }],
  ["[tags.env == 'prod' && tags.ci, tags.also]", { env: unknown, ci: "A", also: "B" }, { undecided: true }],
  ["not_null(tags.ci, tags.also)", { ci: unknown, also: "B" }, { undecided: true }],
  ["tags.ci || 'none'", { ci: unknown }, { undecided: true }],
  ["*.ci | [0]", { ci: unknown }, { undecided: true }],
  ["*.ci", { ci: false }, { strange: [false] }],
])("by %s tags %j name %j", (id, tags, names) => {
  const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location", id }] }, "test");
  const [{ ids, missing, strange, undecided } = {} as never] = refer(
    resource({ tags }),
    rules,
    new Lookup(inventory),
  ).references;
  expect({ ids, missing, strange, undecided }).toEqual({
    ids: [],
    missing: [],
    strange: [],
    undecided: false,
    ...names,
  });
});

test("what comes of a secret is one", () => {
  expect(found("A", { secrets: new Set(["A"]) })).toEqual({ ids: ["A"], secret: true });
  expect(found("C", { secrets: new Set(["C"]) })).toEqual({ ids: ["C"], missing: ["C"], secret: true });
  expect(found(["A", unknown], { secrets: new Set(["A"]) })).toEqual({ ids: ["A"], secret: true, undecided: true });
});

test("an inventory without the kind says why, one that cannot be read fails", () => {
  const none = arrayInventory([], ["account"]);
  const why = { unavailable: "no location in this inventory" };
  expect(found("A", {}, none)).toEqual({ ids: ["A"], ...why });
  expect(found(["A", "A", unknown], {}, none)).toEqual({ ids: ["A"], undecided: true, ...why });
  expect(found("", {}, none)).toEqual({});
  const broken = {
    ...inventory,
    get: () => {
      throw new Error("the disk is full");
    },
  };
  expect(() => found("A", {}, broken)).toThrow("the disk is full");
});

test("stacks and providers are judged by nothing", () => {
  expect(isJudged("pulumi:pulumi:Stack")).toBe(false);
  expect(isJudged("pulumi:providers:aws")).toBe(false);
  expect(isJudged("my:pulumi:providers:aws")).toBe(true);
  expect(isJudged("pulumi:pulumi:StackReference")).toBe(true);
});

test("an entry governs the types that fit it; what stands for all types stands for no component", () => {
  const rules = parseRulesFile(
    { references: ["*", "**", "my:*", "aws:x/y:Z", "x*"].map((type) => ({ types: [type], kind: "location" })) },
    "test",
  );
  const types = (type: string, component = false): string[] =>
    entriesFor(type, component, rules).map((entry) => entry.types[0] ?? "");
  expect(types("aws:x/y:Z")).toEqual(["*", "**", "aws:x/y:Z"]);
  expect(types("my:net:Site")).toEqual(["*", "**", "my:*"]);
  expect(types("my:net:Site", true)).toEqual(["my:*"]);
  expect(types("my:net:Site")).toEqual(["*", "**", "my:*"]);
  expect(types("xyz", true)).toEqual(["x*"]);
  const tracked = "pulumi-nodejs:dynamic/orange-cmdb:";
  expect(types(`${tracked}Location`)).toEqual(["*", "**", `${tracked}Location`]);
  expect(entriesFor(`${tracked}ServicePoint`, false, conventionalRules).at(-1)).toMatchObject({
    kind: "servicePoint",
    id: "servicePointId",
    required: false,
    match: [],
  });
  expect(conventionalRules.references.map(({ types: of, kind, id }) => [of, kind, id])).toEqual([
    [["*"], "configurationItem", undefined],
    [["*"], "location", undefined],
    [["*"], "servicePoint", undefined],
  ]);
});

test("a component is governed where an entry names its type, and not by the convention", () => {
  const rules = parseRulesFile({ references: [{ types: ["my:*"], kind: "location", id: "site" }] }, "test");
  const lookup = new Lookup(inventory);
  const component = resource({ site: "A" }, { type: "my:net:Site", component: true });
  expect(refer(component, rules, lookup).references.map(({ ids }) => ids)).toEqual([["A"]]);
  expect(refer(component, conventionalRules, lookup).references).toEqual([]);
  expect(
    refer(resource({ site: "A" }, { type: "pulumi:pulumi:Stack" }), parseRulesFile(bySite, "test"), lookup).references,
  ).toEqual([]);
});

test("of a governed resource without properties nothing is known, where that may be", () => {
  const lookup = new Lookup(inventory);
  const rules = parseRulesFile(bySite, "test");
  expect(refer(resource({}), rules, lookup, true).withheld).toBe(true);
  expect(refer(resource({}), rules, lookup).withheld).toBe(false);
  expect(refer(resource({ a: 1 }), rules, lookup, true).withheld).toBe(false);
  expect(refer(resource({}), parseRulesFile({}, "test"), lookup, true).withheld).toBe(false);
});

test("where a reference is looked for, in words", () => {
  const [tag, path] = parseRulesFile(
    {
      references: [
        { types: ["*"], kind: "configurationItem" },
        { types: ["*"], kind: "location", id: "a.b" },
      ],
    },
    "test",
  ).references;
  expect([tag && placeOf(tag), path && placeOf(path)]).toEqual(["tag cmdb:configuration-item", "a.b"]);
});

describe("by convention", () => {
  const known = (value: unknown) => ({ known: true, value });
  const open = (value?: unknown) => ({ known: false, value });
  const tag = "cmdb:location";

  test.each([
    [{ tags: { [tag]: "A" } }, known("A")],
    [{ tags: { "cmdb/location": "A" } }, known("A")],
    [{ tags: { "cmdb-location": "A" } }, known("A")],
    [{ tags: { cmdb_location: "A" } }, known("A")],
    [{ tags: { "cmdb.location": "A" } }, known("A")],
    [{ tags: { "cmdb+location": "A", "cmdb:service-point": "B", "cmdb:locations": "C" } }, known(undefined)],
    [{ tagsAll: { [tag]: "A" } }, known("A")],
    [{ metadata: { annotations: { [tag]: "A" }, labels: { [tag]: "B" } } }, known("A")],
    [{ metadata: { labels: { [tag]: "B" } } }, known("B")],
    [{ metadata: "text" }, known(undefined)],
    [{ metadata: null }, known(undefined)],
    [{ labels: { [tag]: "A" } }, known("A")],
    [{ userLabels: { [tag]: "A" } }, known("A")],
    [{ resourceLabels: { [tag]: "A" } }, known("A")],
    [{ settings: { userLabels: { [tag]: "A" } } }, known("A")],
    [{ effectiveLabels: { [tag]: "A" } }, known("A")],
    [{ settings: { user_labels: { [tag]: "A" } } }, known("A")],
    [{ settings: [{ user_labels: { [tag]: "A" } }] }, known("A")],
    [{ settings: [{ user_labels: { [tag]: "A" } }, {}] }, known(undefined)],
    [{ settings: [unknown] }, open()],
    [{ settings: [null] }, known(undefined)],
    [{ settings: [[]] }, known(undefined)],
    [{ settings: "text" }, known(undefined)],
    [{ terraformLabels: { [tag]: "A" } }, known("A")],
    [{ terraformLabels: unknown, tag: [{ key: tag, value: "A" }] }, known(["A"])],
    [{ manifest: { metadata: { annotations: { [tag]: "A" }, labels: { [tag]: "B" } } } }, known("A")],
    [{ manifest: { metadata: { labels: { [tag]: "B" } } } }, known("B")],
    [{ manifest: unknown }, open()],
    [{ freeformTags: { [tag]: "A" } }, known("A")],
    [{ tags: { [tag]: "A" }, labels: { [tag]: "B" } }, known("A")],
    [{ tags: { [tag]: "" }, tagsAll: { [tag]: null }, labels: { [tag]: "B" } }, known("B")],
    [{ tags: null, labels: "text", userLabels: 1 }, known(undefined)],
    [{ other: { [tag]: "A" } }, known(undefined)],
    [{ tags: unknown, labels: { [tag]: "A" } }, open()],
    [{ tagsAll: unknown, effectiveLabels: unknown, freeformTags: { [tag]: "A" } }, known("A")],
    [{ metadata: unknown }, open()],
    [{ metadata: { labels: unknown } }, open()],
    [{ tags: { [tag]: unknown } }, open()],
    [{ tags: [`${tag}=A`, `${tag}=B`, "x", 1, null] }, known(["A", "B"])],
    [{ tags: [`${tag}=A`, unknown] }, known(["A"])],
    [
      {
        tags: [
          { key: tag, value: "A" },
          { Key: tag, Value: unknown },
        ],
      },
      open(["A"]),
    ],
    [{ tags: [unknown] }, open()],
    [{ tags: [{ key: unknown, value: "A" }] }, open()],
    [{ tags: [{ key: "other", value: "A" }] }, known(undefined)],
    [{ tags: [] }, known(undefined)],
    [{ tags: [{ key: tag }], labels: { [tag]: "B" } }, known([undefined])],
  ])("%j names a location", (properties, names) => {
    expect(findByConvention("location", "x:y:Z", properties)).toEqual(names);
  });

  test.each([
    ["cmdb:location=b", { key: "cmdb:location", value: "b" }],
    ["cmdb:location=b:c=d", { key: "cmdb:location", value: "b:c=d" }],
    ["cmdb-service-point:b=c", { key: "cmdb-service-point", value: "b=c" }],
    ["cmdb:location:", { key: "cmdb:location", value: "" }],
    ["cmdb:location", undefined],
    ["cmdb:locations:b", undefined],
    ["a=b", undefined],
    ["a", undefined],
    [{ value: "b" }, undefined],
    [
      { name: "a", value: "b" },
      { key: "a", value: "b" },
    ],
    [
      { Name: "a", Value: "b" },
      { key: "a", value: "b" },
    ],
    [null, undefined],
    [7, undefined],
    [
      { key: "a", value: "b" },
      { key: "a", value: "b" },
    ],
    [
      { Key: "a", Value: "b" },
      { key: "a", value: "b" },
    ],
  ])("an entry of a tag list %j is the pair %j", (entry, pair) => {
    const found = pairOf(entry);
    expect(found && { key: found.key, value: found.value }).toEqual(pair);
  });

  test("a tag of another kind is spelled like the one beside it", () => {
    expect(besides("cmdb-location", "servicePoint")).toBe("cmdb-service-point");
    expect(besides("cmdb:location", "configurationItem")).toBe("cmdb:configuration-item");
    expect(besides("cmdb_x", "account")).toBe("cmdb_account");
    expect(isSpelling("account", "cmdb.account")).toBe(true);
    expect(isSpelling("account", "cmdb:location")).toBe(false);
  });

  test.each([
    [undefined, undefined],
    [{}, undefined],
    [{ defaultTags: { tags: { [tag]: "A" } } }, "A"],
    [{ defaultTags: `{"tags": {"${tag}": "A"}}` }, "A"],
    [{ defaultTags: "{broken" }, undefined],
    [{ defaultTags: `["${tag}=A"]` }, undefined],
    [{ defaultTags: unknown }, undefined],
    [{ defaultTags: { tags: unknown } }, undefined],
    [{ defaultTags: {}, defaultLabels: { "cmdb-location": "A" } }, "A"],
    [{ defaultLabels: `{"cmdb-location": "A"}` }, "A"],
    [{ defaultTags: { tags: { [tag]: "A" } }, defaultLabels: { [tag]: "B" } }, "A"],
  ])("a provider with %j names %j", (provider, value) => {
    expect(findInProvider("location", provider)).toBe(value);
  });

  test("the provider's tags count where a reference is required and the resource names none", () => {
    const provider = { defaultTags: { tags: { [tag]: "A" } } };
    const ids = (required: boolean, tags: unknown): [readonly string[] | undefined, boolean | undefined] => {
      const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location", required }] }, "test");
      const [first] = refer(resource({ tags }, { provider }), rules, new Lookup(inventory)).references;
      return [first?.ids, first?.undecided];
    };
    expect(ids(true, {})).toEqual([["A"], false]);
    expect(ids(false, {})).toEqual([[], false]);
    expect(ids(true, { [tag]: "B" })).toEqual([["B"], false]);
    expect(ids(true, unknown)).toEqual([[], true]);
  });
});
