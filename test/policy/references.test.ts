import {
  besides,
  findByConvention,
  findInProvider,
  isSpelling,
  pairOf,
} from "../../policy/rules/resource/convention.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import {
  entriesFor,
  canHaveRecord,
  lowersLabels,
  placeOf,
  resolveReferences,
} from "../../policy/rules/core/references.js";
import { conventionalRules, parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
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
  const { references } = resolveReferences(resource({ site }, more), parseRulesFile(bySite, "test"), new Lookup(from));
  const [{ ids, records, missing, invalidIds, ambiguous, undecided, secret, unavailable } = {} as never, ...rest] =
    references;
  expect(rest).toEqual([]);
  expect(records.map(({ id }) => id)).toEqual(ids.filter((id) => !missing.includes(id) && unavailable === undefined));
  const all = { ids, missing, invalidIds, ambiguous, undecided, secret, unavailable };
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
  ['["A", true]', { ids: ["A"], invalidIds: [true] }],
  [[true, { id: "A" }, {}, null, "", " ", undefined], { invalidIds: [true, { id: "A" }] }],
  [false, { invalidIds: [false] }],
  [{ id: "A" }, { invalidIds: [{ id: "A" }] }],
  [{}, {}],
  [" ", {}],
  [",", { invalidIds: [","] }],
  [" ; ", { invalidIds: [" ; "] }],
  ["[]", { invalidIds: ["[]"] }],
  ["[null]", { invalidIds: ["[null]"] }],
  ['["A", ","]', { ids: ["A"], invalidIds: [","] }],
  [[";", "A"], { ids: ["A"], invalidIds: [";"] }],
  ["[true]", { invalidIds: [true] }],
  [UNKNOWN, { undecided: true }],
  [["A", UNKNOWN], { ids: ["A"], undecided: true }],
  ["LOW", { ids: ["LOW"], missing: ["LOW"] }],
])("the property %j refers to %j", (site, names) => {
  expect(found(site)).toEqual(names);
});

test.each([
  ["LOW", { ids: ["low"] }],
  ["two", { ambiguous: [{ text: "two", ids: ["TWO", "Two"] }] }],
  ["Two", { ids: ["Two"] }],
  ["low two", { ids: ["low"], ambiguous: [{ text: "two", ids: ["TWO", "Two"] }] }],
  ["none", { ids: ["none"], missing: ["none"] }],
])("the Google Cloud label %j refers to %j", (site, names) => {
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
  ["tags.env == 'prod' && tags.ci", { env: UNKNOWN, ci: "A" }, { undecided: true }],
  ["tags.env == 'prod' && tags.ci", { env: "prod", ci: UNKNOWN }, { undecided: true }],
  ["tags.env == 'prod' && tags.ci", { env: "prod", ci: true }, { invalidIds: [true] }],
  ["[tags.env == 'prod' && tags.ci, tags.also]", { env: "dev", ci: "A", also: "B" }, { ids: ["B"] }],
  ["[tags.env == 'prod' && tags.ci, tags.also]", { env: UNKNOWN, ci: "A", also: "B" }, { undecided: true }],
  ["not_null(tags.ci, tags.also)", { ci: UNKNOWN, also: "B" }, { undecided: true }],
  ["tags.ci || 'none'", { ci: UNKNOWN }, { undecided: true }],
  ["*.ci | [0]", { ci: UNKNOWN }, { undecided: true }],
  ["*.ci", { ci: false }, { invalidIds: [false] }],
])("the id %s of tags %j refers to %j", (id, tags, names) => {
  const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location", id }] }, "test");
  const [{ ids, missing, invalidIds, undecided } = {} as never] = resolveReferences(
    resource({ tags }),
    rules,
    new Lookup(inventory),
  ).references;
  expect({ ids, missing, invalidIds, undecided }).toEqual({
    ids: [],
    missing: [],
    invalidIds: [],
    undecided: false,
    ...names,
  });
});

test("a reference computed from a secret is secret", () => {
  expect(found("A", { secrets: new Set(["A"]) })).toEqual({ ids: ["A"], secret: true });
  expect(found("C", { secrets: new Set(["C"]) })).toEqual({ ids: ["C"], missing: ["C"], secret: true });
  expect(found(["A", UNKNOWN], { secrets: new Set(["A"]) })).toEqual({ ids: ["A"], secret: true, undecided: true });
});

test("a missing kind is reported, and an unreadable inventory fails", () => {
  const none = arrayInventory([], ["account"]);
  const why = { unavailable: "no location in this inventory" };
  expect(found("A", {}, none)).toEqual({ ids: ["A"], ...why });
  expect(found(["A", "A", UNKNOWN], {}, none)).toEqual({ ids: ["A"], undecided: true, ...why });
  expect(found("", {}, none)).toEqual({});
  const broken = {
    ...inventory,
    get: () => {
      throw new Error("the disk is full");
    },
  };
  expect(() => found("A", {}, broken)).toThrow("the disk is full");
});

test("stacks and providers are not evaluated", () => {
  expect(canHaveRecord("pulumi:pulumi:Stack")).toBe(false);
  expect(canHaveRecord("pulumi:providers:aws")).toBe(false);
  expect(canHaveRecord("my:pulumi:providers:aws")).toBe(true);
  expect(canHaveRecord("pulumi:pulumi:StackReference")).toBe(true);
});

test("an entry applies to matching types, and a wildcard excludes components", () => {
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

test("a component is evaluated only if an entry names its type", () => {
  const rules = parseRulesFile({ references: [{ types: ["my:*"], kind: "location", id: "site" }] }, "test");
  const lookup = new Lookup(inventory);
  const component = resource({ site: "A" }, { type: "my:net:Site", component: true });
  expect(resolveReferences(component, rules, lookup).references.map(({ ids }) => ids)).toEqual([["A"]]);
  expect(resolveReferences(component, conventionalRules, lookup).references).toEqual([]);
  expect(
    resolveReferences(resource({ site: "A" }, { type: "pulumi:pulumi:Stack" }), parseRulesFile(bySite, "test"), lookup)
      .references,
  ).toEqual([]);
});

test("a resource without properties has unknown references", () => {
  const lookup = new Lookup(inventory);
  const rules = parseRulesFile(bySite, "test");
  expect(resolveReferences(resource({}), rules, lookup, true).propertiesOmitted).toBe(true);
  expect(resolveReferences(resource({}), rules, lookup).propertiesOmitted).toBe(false);
  expect(resolveReferences(resource({ a: 1 }), rules, lookup, true).propertiesOmitted).toBe(false);
  expect(resolveReferences(resource({}), parseRulesFile({}, "test"), lookup, true).propertiesOmitted).toBe(false);
});

test("the places of a reference are described", () => {
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

describe("the convention", () => {
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
    [{ settings: [UNKNOWN] }, open()],
    [{ settings: [null] }, known(undefined)],
    [{ settings: [[]] }, known(undefined)],
    [{ settings: "text" }, known(undefined)],
    [{ terraformLabels: { [tag]: "A" } }, known("A")],
    [{ terraformLabels: UNKNOWN, tag: [{ key: tag, value: "A" }] }, known(["A"])],
    [{ manifest: { metadata: { annotations: { [tag]: "A" }, labels: { [tag]: "B" } } } }, known("A")],
    [{ manifest: { metadata: { labels: { [tag]: "B" } } } }, known("B")],
    [{ manifest: UNKNOWN }, open()],
    [{ freeformTags: { [tag]: "A" } }, known("A")],
    [{ tags: { [tag]: "A" }, labels: { [tag]: "B" } }, known("A")],
    [{ tags: { [tag]: "" }, tagsAll: { [tag]: null }, labels: { [tag]: "B" } }, known("B")],
    [{ tags: null, labels: "text", userLabels: 1 }, known(undefined)],
    [{ other: { [tag]: "A" } }, known(undefined)],
    [{ tags: UNKNOWN, labels: { [tag]: "A" } }, open()],
    [{ tagsAll: UNKNOWN, effectiveLabels: UNKNOWN, freeformTags: { [tag]: "A" } }, known("A")],
    [{ metadata: UNKNOWN }, open()],
    [{ metadata: { labels: UNKNOWN } }, open()],
    [{ tags: { [tag]: UNKNOWN } }, open()],
    [{ tags: [`${tag}=A`, `${tag}=B`, "x", 1, null] }, known(["A", "B"])],
    [{ tags: [`${tag}=A`, UNKNOWN] }, known(["A"])],
    [
      {
        tags: [
          { key: tag, value: "A" },
          { Key: tag, Value: UNKNOWN },
        ],
      },
      open(["A"]),
    ],
    [{ tags: [UNKNOWN] }, open()],
    [{ tags: [{ key: UNKNOWN, value: "A" }] }, open()],
    [{ tags: [{ key: "other", value: "A" }] }, known(undefined)],
    [{ tags: [] }, known(undefined)],
    [{ tags: [{ key: tag }], labels: { [tag]: "B" } }, known([undefined])],
  ])("reads a location from %j", (properties, names) => {
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
  ])("reads the pair of the tag list entry %j as %j", (entry, pair) => {
    const found = pairOf(entry);
    expect(found && { key: found.key, value: found.value }).toEqual(pair);
  });

  test("suggests a tag key in the style of its siblings", () => {
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
    [{ defaultTags: UNKNOWN }, undefined],
    [{ defaultTags: { tags: UNKNOWN } }, undefined],
    [{ defaultTags: {}, defaultLabels: { "cmdb-location": "A" } }, "A"],
    [{ defaultLabels: `{"cmdb-location": "A"}` }, "A"],
    [{ defaultTags: { tags: { [tag]: "A" } }, defaultLabels: { [tag]: "B" } }, "A"],
  ])("reads the default tags %j of a provider as %j", (provider, value) => {
    expect(findInProvider("location", provider)).toBe(value);
  });

  test("uses the provider's tags if a reference is required and the resource has none", () => {
    const provider = { defaultTags: { tags: { [tag]: "A" } } };
    const ids = (required: boolean, tags: unknown): [readonly string[] | undefined, boolean | undefined] => {
      const rules = parseRulesFile({ references: [{ types: ["*"], kind: "location", required }] }, "test");
      const [first] = resolveReferences(resource({ tags }, { provider }), rules, new Lookup(inventory)).references;
      return [first?.ids, first?.undecided];
    };
    expect(ids(true, {})).toEqual([["A"], false]);
    expect(ids(false, {})).toEqual([[], false]);
    expect(ids(true, { [tag]: "B" })).toEqual([["B"], false]);
    expect(ids(true, UNKNOWN)).toEqual([[], true]);
  });
});
