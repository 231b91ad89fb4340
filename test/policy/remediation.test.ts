import { Secret } from "@pulumi/policy";
import { placeFor, withTagBeside, withValue } from "../../policy/engine/properties.js";
import { remediations } from "../../policy/remediate.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { parseRulesFile, type RuleName, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { kinds, type Kind } from "../../provider/model/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const of = (properties: Record<string, unknown>): unknown =>
  withTagBeside(properties, "configurationItem", "location", "PAR");

test.each([
  [
    "a map",
    { tags: { "cmdb:configuration-item": "C" } },
    { tags: { "cmdb:configuration-item": "C", "cmdb:location": "PAR" } },
  ],
  [
    "labels with dashes",
    { labels: { "cmdb-configuration-item": "c" } },
    { labels: { "cmdb-configuration-item": "c", "cmdb-location": "PAR" } },
  ],
  [
    "annotations",
    { metadata: { name: "n", annotations: { "cmdb/configuration-item": "C" } } },
    { metadata: { name: "n", annotations: { "cmdb/configuration-item": "C", "cmdb/location": "PAR" } } },
  ],
  [
    "a list of pairs, with what else such a pair has",
    { tags: [{ key: "cmdb:configuration-item", value: "C", propagateAtLaunch: true }] },
    {
      tags: [
        { key: "cmdb:configuration-item", value: "C", propagateAtLaunch: true },
        { key: "cmdb:location", value: "PAR", propagateAtLaunch: true },
      ],
    },
  ],
  [
    "a list of texts",
    { tags: ["a", "cmdb:configuration-item=C"] },
    { tags: ["a", "cmdb:configuration-item=C", "cmdb:location=PAR"] },
  ],
])("a tag is added beside an existing one: %s", (_name, before, after) => {
  expect(of(before)).toEqual(after);
});

test("no tag is added without an existing one", () => {
  expect(of({ tags: { Name: "n" }, labels: new Secret({ "cmdb-configuration-item": "c" }) })).toBeUndefined();
});

test("a value is set at an existing path, in a copy, and stays secret", () => {
  const before = { a: { b: 1 }, key: new Secret("old"), hidden: new Secret({ c: 1 }) };
  expect(withValue(before, ["a", "b"], 2)).toMatchObject({ a: { b: 2 } });
  expect(before.a.b).toBe(1);
  expect(withValue(before, ["key"], "new")?.["key"]).toEqual(new Secret("new"));
  expect(withValue(before, ["hidden", "c"], 2)).toBeUndefined();
  expect(placeFor(before, before, "none.b || a.b")).toEqual(["a", "b"]);
  expect(placeFor(before, before, "a.b[0]")).toBeUndefined();
});

const records = [
  { kind: "configurationItem" as const, id: "CI", servicePointId: "SP", attributes: { owner: "alice" } },
  { kind: "servicePoint" as const, id: "SP", locationId: "PAR", attributes: {} },
  { kind: "location" as const, id: "PAR", attributes: {} },
];

/** What a rule makes of a resource. */
function remediated(
  rule: RuleName,
  properties: Record<string, unknown>,
  rules: RulesInput,
  missing: Kind[] = [],
): unknown {
  const resource = { urn: "urn:it", type: "aws:x/y:Z", name: "it", properties };
  const held = kinds.filter((kind) => !missing.includes(kind));
  const lookup = new Lookup(arrayInventory(records, held));
  return remediations[rule]?.(properties, resolveReferences(resource, parseRulesFile(rules, "test"), lookup), lookup);
}

describe("a value at a path with alternatives", () => {
  const match = [{ property: "tags.owner || labels.owner", record: "owner" }];
  const rules: RulesInput = { references: [{ types: ["*"], kind: "configurationItem", id: "ci", match }] };

  test.each([
    ["comes from the second", { tags: {}, labels: { owner: "bob" } }, { tags: {}, labels: { owner: "alice" } }],
    [
      "comes from the second, the first empty",
      { tags: { owner: "" }, labels: { owner: "bob" } },
      { tags: { owner: "" }, labels: { owner: "alice" } },
    ],
    [
      "comes from the first",
      { tags: { owner: "eve" }, labels: { owner: "bob" } },
      { tags: { owner: "alice" }, labels: { owner: "bob" } },
    ],
    ["is false", { tags: {}, labels: { owner: false } }, { tags: {}, labels: { owner: "alice" } }],
    ["is nowhere", { labels: {} }, { labels: { owner: "alice" } }],
    ["is empty", { tags: {}, labels: { owner: "" } }, { tags: { owner: "alice" }, labels: { owner: "" } }],
  ])("is set if it %s", (_name, before, after) => {
    expect(remediated("attributes-match", { ci: "CI", ...before }, rules)).toEqual({ ci: "CI", ...after });
  });
});

describe("a record that names only its service point", () => {
  const tag = { "cmdb:configuration-item": "CI" };
  const both = { "cmdb:location": "PAR", "cmdb:service-point": "SP" };
  const rules: RulesInput = {
    references: (["configurationItem", "location", "servicePoint"] as const).map((kind) => ({ types: ["*"], kind })),
  };

  test("is at the location of the service point", () => {
    expect(remediated("location-consistent", { tags: tag }, rules)).toEqual({ tags: { ...tag, ...both } });
  });

  test("has no location if service points are not loaded", () => {
    const { "cmdb:location": _location, ...point } = both;
    expect(remediated("location-consistent", { tags: tag }, rules, ["servicePoint"])).toEqual({
      tags: { ...tag, ...point },
    });
  });

  test.each([["LYO"], [","], [true]])("keeps a location tag %j", (location) => {
    const tags = { ...tag, "cmdb:location": location, "cmdb:service-point": "SP" };
    expect(remediated("location-consistent", { tags }, rules)).toEqual({ tags });
  });
});

describe("a reference by a field", () => {
  const byPoint = { types: ["*"], kind: "configurationItem" as const, by: "servicePointId", value: "point" };
  const match = [{ property: "owner", record: "owner" }];

  test("sets the values of the record that it finds", () => {
    const rules: RulesInput = { references: [{ ...byPoint, match }] };
    expect(remediated("attributes-match", { point: "SP", owner: "bob" }, rules)).toEqual({
      point: "SP",
      owner: "alice",
    });
    for (const point of ["none", ["SP", "none"]])
      expect(remediated("attributes-match", { point, owner: "bob" }, rules)).toEqual({ point, owner: "bob" });
  });

  test("to a location is never set to an id", () => {
    const location = { types: ["*"], kind: "location" as const, by: "name", value: "site" };
    const tags = { "cmdb:configuration-item": "CI" };
    const item = { types: ["*"], kind: "configurationItem" as const };
    expect(remediated("location-consistent", { tags, site: "" }, { references: [item, location] })).toEqual({
      tags: { ...tags, "cmdb:service-point": "SP" },
      site: "",
    });
    const byId = { ...location, by: "id" };
    expect(remediated("location-consistent", { tags, site: "" }, { references: [item, byId] })).toMatchObject({
      site: "PAR",
    });
  });
});
