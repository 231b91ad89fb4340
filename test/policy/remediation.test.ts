import { Secret } from "@pulumi/policy";
import { placeFor, withTagBeside, withValue } from "../../policy/properties.js";

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
])("a tag is put beside the one that is there: %s", (_name, before, after) => {
  expect(of(before)).toEqual(after);
});

test("without a tag beside which it could stand nothing is put anywhere", () => {
  expect(of({ tags: { Name: "n" }, labels: new Secret({ "cmdb-configuration-item": "c" }) })).toBeUndefined();
});

test("a value is set where its place is there, copies what it changes, and stays secret", () => {
  const before = { a: { b: 1 }, key: new Secret("old"), hidden: new Secret({ c: 1 }) };
  expect(withValue(before, ["a", "b"], 2)).toMatchObject({ a: { b: 2 } });
  expect(before.a.b).toBe(1);
  expect(withValue(before, ["key"], "new")?.["key"]).toEqual(new Secret("new"));
  expect(withValue(before, ["hidden", "c"], 2)).toBeUndefined();
  expect(placeFor(before, "none.b || a.b")).toEqual(["a", "b"]);
  expect(placeFor(before, "a.b[0]")).toBeUndefined();
});
