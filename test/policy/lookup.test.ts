import { fieldsOf, propertiesOf } from "../../policy/rules/file/fields.js";
import { labelValue, Lookup, unavailable } from "../../policy/rules/core/lookup.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { KindUnavailableError, type InventoryReader, type Query } from "../../provider/model/inventory-reader.js";
import { QueryError } from "../../provider/inventory/query/query-error.js";
import type { InventoryRecord } from "../../provider/model/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";

/** An inventory of so many locations that notes what is asked of it; `counted` is how many it says it has. */
function watched(
  size: number,
  counted = size,
): { reader: InventoryReader; asked: string[]; queries: (Query | undefined)[] } {
  const records = Array.from({ length: size }, (_, at): InventoryRecord => ({
    kind: "location",
    id: `L${at}`,
    attributes: {},
  }));
  const inventory = arrayInventory(records, ["location"]);
  const asked: string[] = [];
  const queries: (Query | undefined)[] = [];
  const reader: InventoryReader = {
    info: () => {
      asked.push("info");
      return { ...inventory.info(), counts: { location: counted } };
    },
    get: (kind, id) => {
      asked.push(id);
      return inventory.get(kind, id);
    },
    list: (kind, query) => {
      asked.push("list");
      queries.push(query);
      return inventory.list(kind, query);
    },
    nearest: (...of) => inventory.nearest(...of),
  };
  return { reader, asked, queries };
}

test("a record is looked up once, even a missing one", () => {
  const { reader, asked } = watched(10);
  const lookup = new Lookup(reader);
  for (const id of ["L1", "L1", "none", "none"])
    expect(lookup.record("location", id)?.id).toBe(id === "L1" ? id : undefined);
  expect(asked).toEqual(["info", "L1", "none"]);
});

test("a kind is read whole, once, if most of it is needed", () => {
  const { reader, asked } = watched(9);
  const lookup = new Lookup(reader, { expected: 3 });
  expect(lookup.record("location", "L1")?.id).toBe("L1");
  expect(lookup.record("location", "none")).toBeUndefined();
  expect([...lookup.list("location")]).toHaveLength(9);
  expect(asked).toEqual(["info", "list"]);
});

test("a kind is read by record if little of it is needed", () => {
  const { reader, asked } = watched(10);
  const lookup = new Lookup(reader, { expected: 3 });
  for (const id of ["L1", "L2"]) lookup.record("location", id);
  expect(asked).toEqual(["info", "L1", "L2"]);
});

test.each([
  ["a kind is read whole after 1,000 look-ups if it is small", 16_000, 1_000, true],
  ["a kind is not read whole after 999 look-ups", 16_000, 999, false],
  ["a large kind is not read whole after 1,000 look-ups", 16_001, 1_000, false],
])("%s", (_name, counted, asks, whole) => {
  const { reader, asked } = watched(2, counted);
  const lookup = new Lookup(reader);
  for (let at = 0; at <= asks; at += 1) lookup.record("location", `N${at}`);
  expect(asked.includes("list")).toBe(whole);
  expect(asked).toHaveLength(asks + 2);
});

test("a large kind is never kept whole", () => {
  for (const [counted, whole] of [
    [300_000, true],
    [300_001, false],
  ] as const) {
    const { reader, asked } = watched(1, counted);
    const lookup = new Lookup(reader);
    for (let at = 0; at <= 18_751; at += 1) lookup.record("location", `N${at}`);
    expect(asked.includes("list")).toBe(whole);
  }
});

test("the cache of a large kind is limited", () => {
  const { reader, asked } = watched(1, 1_000_000);
  const lookup = new Lookup(reader);
  for (let at = 0; at < 20_000; at += 1) lookup.record("location", `N${at}`);
  lookup.record("location", "N0");
  expect(asked).toHaveLength(20_001);
  lookup.record("location", "L0");
  lookup.record("location", "N0");
  expect(asked.slice(20_001)).toEqual(["L0", "N0"]);
});

test("ids are found by their spelling in a label", () => {
  expect(["AMS/1", "Été_2-x", "東京", "a b"].map(labelValue)).toEqual(["ams-1", "été_2-x", "東京", "a-b"]);
  const of = (id: string): InventoryRecord => ({ kind: "location", id, attributes: {} });
  const lookup = new Lookup(arrayInventory(["AMS/1", "ams-1", "PAR"].map(of)));
  expect(lookup.labelled("location", "ams-1")).toEqual(["AMS/1", "ams-1"]);
  expect(lookup.labelled("location", "Par")).toEqual(["PAR"]);
  expect(lookup.labelled("location", "par1")).toEqual([]);
});

test("a missing kind is rejected with the reason by every method", () => {
  const { reader } = watched(1);
  const lookup = new Lookup({
    ...reader,
    info: () => ({ ...reader.info(), counts: {} }),
    list: () => [],
    get: () => {
      throw new KindUnavailableError("refused");
    },
  });
  expect(() => lookup.all("location")).toThrow("refused");
  expect(() => lookup.record("location", "a")).toThrow("refused");
});

test("conditions and suggestions are delegated to the inventory", () => {
  const { reader, queries } = watched(12);
  const lookup = new Lookup(reader);
  expect([...lookup.list("location", "id == 'L3'")].map(({ id }) => id)).toEqual(["L3"]);
  expect(queries).toEqual([{ where: "id == 'L3'" }]);
  expect(lookup.nearest("location", "L77")).toEqual(["L0", "L1", "L10"]);
});

test("an invalid query is reported, and any other error is thrown", () => {
  expect(unavailable(new KindUnavailableError("no accounts"))).toBe("no accounts");
  expect(unavailable(new QueryError("no query"))).toBe("no query");
  expect(() => unavailable(new Error("the disk is full"))).toThrow("the disk is full");
});

describe("the fields read of a kind", () => {
  const own = ["status", "locationId", "servicePointId"];
  const fields = (...paths: string[]): readonly string[] | undefined => {
    const match = paths.map((record) => ({ property: "a", record }));
    const rules: RulesInput = {
      references: [
        { types: ["*"], kind: "location", match },
        { types: ["*"], kind: "account", match: [{ property: "a", record: "length(a)" }] },
      ],
    };
    return fieldsOf("location", parseRulesFile(rules, "test"));
  };

  test.each([
    [[], own],
    [["name"], [...own, "name", "attributes.name"]],
    [["vendor"], [...own, "attributes.vendor"]],
    [
      ["vendor.id", "attributes.size.rack"],
      [...own, "attributes.vendor", "attributes.size"],
    ],
    [["status"], [...own, "attributes.status"]],
    [["attributes"], undefined],
    [["vendor || name"], undefined],
    [["vendor", "length(name)"], undefined],
  ])("include those of comparisons with %j", (paths, wanted) => {
    expect(fields(...paths)).toEqual(wanted);
  });

  test("are the only ones that are requested", () => {
    const { reader, queries } = watched(1);
    expect([...new Lookup(reader, { fields: (kind) => [`of ${kind}`] }).list("location")]).toHaveLength(1);
    expect([...new Lookup(reader).list("location")]).toHaveLength(1);
    expect(queries).toEqual([{ fields: ["of location"] }, { fields: undefined }]);
    new Lookup(reader, { fields: (kind) => [`all of ${kind}`] }).all("location");
    expect(queries.at(-1)).toEqual({ fields: ["all of location"] });
  });

  test("have the country and other fields that a rule needs", () => {
    const rules = (residency?: object): ReturnType<typeof parseRulesFile> => parseRulesFile({ residency }, "test");
    expect(fieldsOf("location", rules({}))).toEqual([...own, "country"]);
    expect(fieldsOf("location", rules(), ["name", "status"])).toEqual([...own, "name"]);
  });
});

describe("the properties read of a resource", () => {
  const properties = (...references: object[]): readonly string[] | undefined =>
    propertiesOf(parseRulesFile({ references }, "test"));
  const entry = { types: ["*"], kind: "location" };

  test("include tags, places, tracked records and those of the rules", () => {
    const conventional = properties() ?? [];
    for (const name of ["tags", "metadata", "settings", "manifest", "region", "zone", "arn", "extendedLocation"])
      expect(conventional).toContain(name);
    expect(conventional).toEqual(
      expect.arrayContaining(["defaultTags", "defaultLabels", "locationId", "configurationItemId", "servicePointId"]),
    );
    const match = [{ property: "c.d || e", record: "name" }];
    expect(properties({ ...entry, id: "a.b", match })).toEqual([
      ...conventional.slice(0, -2),
      "a",
      "c",
      "e",
      ...conventional.slice(-2),
    ]);
    expect(properties(entry)).toEqual(conventional);
  });

  test("are all of them if an expression computes a reference", () => {
    expect(properties({ ...entry, id: "length(a)" })).toBeUndefined();
    expect(properties({ ...entry, match: [{ property: "a[0]", record: "name" }] })).toBeUndefined();
  });
});
