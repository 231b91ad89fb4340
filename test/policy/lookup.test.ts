import { fieldsOf, propertiesOf } from "../../policy/rules/fields.js";
import { labelValue, Lookup, unavailable } from "../../policy/rules/lookup.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/rules-file.js";
import { KindUnavailableError, type InventoryReader, type Query } from "../../provider/inventory/inventory.js";
import { QueryError } from "../../provider/inventory/query.js";
import type { InventoryRecord } from "../../provider/inventory/records.js";
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

test("a record is looked up once, also one that is not there", () => {
  const { reader, asked } = watched(10);
  const lookup = new Lookup(reader);
  for (const id of ["L1", "L1", "none", "none"])
    expect(lookup.record("location", id)?.id).toBe(id === "L1" ? id : undefined);
  expect(asked).toEqual(["info", "L1", "none"]);
});

test("a kind of which most will be asked for is read as a whole, once", () => {
  const { reader, asked } = watched(9);
  const lookup = new Lookup(reader, { expected: 3 });
  expect(lookup.record("location", "L1")?.id).toBe("L1");
  expect(lookup.record("location", "none")).toBeUndefined();
  expect([...lookup.list("location")]).toHaveLength(9);
  expect(asked).toEqual(["info", "list"]);
});

test("a kind of which little will be asked for is read record by record", () => {
  const { reader, asked } = watched(10);
  const lookup = new Lookup(reader, { expected: 3 });
  for (const id of ["L1", "L2"]) lookup.record("location", id);
  expect(asked).toEqual(["info", "L1", "L2"]);
});

test.each([
  ["a thousand look-ups in a small kind lead to the whole", 16_000, 1_000, true],
  ["not before the thousandth", 16_000, 999, false],
  ["nor where a thousand are few of it", 16_001, 1_000, false],
])("%s", (_name, counted, asks, whole) => {
  const { reader, asked } = watched(2, counted);
  const lookup = new Lookup(reader);
  for (let at = 0; at <= asks; at += 1) lookup.record("location", `N${at}`);
  expect(asked.includes("list")).toBe(whole);
  expect(asked).toHaveLength(asks + 2);
});

test("a kind that is too big is never kept as a whole for what was asked", () => {
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

test("what is remembered of a big kind has an end", () => {
  const { reader, asked } = watched(1, 1_000_000);
  const lookup = new Lookup(reader);
  for (let at = 0; at < 20_000; at += 1) lookup.record("location", `N${at}`);
  lookup.record("location", "N0");
  expect(asked).toHaveLength(20_001);
  lookup.record("location", "L0");
  lookup.record("location", "N0");
  expect(asked.slice(20_001)).toEqual(["L0", "N0"]);
});

test("ids are found by what a label may spell", () => {
  expect(["AMS/1", "Été_2-x", "東京", "a b"].map(labelValue)).toEqual(["ams-1", "été_2-x", "東京", "a-b"]);
  const of = (id: string): InventoryRecord => ({ kind: "location", id, attributes: {} });
  const lookup = new Lookup(arrayInventory(["AMS/1", "ams-1", "PAR"].map(of)));
  expect(lookup.labelled("location", "ams-1")).toEqual(["AMS/1", "ams-1"]);
  expect(lookup.labelled("location", "Par")).toEqual(["PAR"]);
  expect(lookup.labelled("location", "par1")).toEqual([]);
});

test("a kind that is not held says why, however it is asked for", () => {
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

test("a condition goes to the inventory, near ids come from it", () => {
  const { reader, queries } = watched(12);
  const lookup = new Lookup(reader);
  expect([...lookup.list("location", "id == 'L3'")].map(({ id }) => id)).toEqual(["L3"]);
  expect(queries).toEqual([{ where: "id == 'L3'" }]);
  expect(lookup.nearest("location", "L77")).toEqual(["L0", "L1", "L10"]);
});

test("why the inventory cannot tell is said where it is the fault of what is asked, and thrown where it is not", () => {
  expect(unavailable(new KindUnavailableError("no accounts"))).toBe("no accounts");
  expect(unavailable(new QueryError("no query"))).toBe("no query");
  expect(() => unavailable(new Error("the disk is full"))).toThrow("the disk is full");
});

describe("the fields that are read of a kind", () => {
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
  ])("by comparisons with %j", (paths, wanted) => {
    expect(fields(...paths)).toEqual(wanted);
  });

  test("are all that is asked of the inventory", () => {
    const { reader, queries } = watched(1);
    expect([...new Lookup(reader, { fields: (kind) => [`of ${kind}`] }).list("location")]).toHaveLength(1);
    expect([...new Lookup(reader).list("location")]).toHaveLength(1);
    expect(queries).toEqual([{ fields: ["of location"] }, { fields: undefined }]);
    new Lookup(reader, { fields: (kind) => [`all of ${kind}`] }).all("location");
    expect(queries.at(-1)).toEqual({ fields: ["all of location"] });
  });

  test("are the country's too where that is judged, and what else will be looked at", () => {
    const rules = (residency?: object): ReturnType<typeof parseRulesFile> => parseRulesFile({ residency }, "test");
    expect(fieldsOf("location", rules({}))).toEqual([...own, "country"]);
    expect(fieldsOf("location", rules(), ["name", "status"])).toEqual([...own, "name"]);
  });
});

describe("the properties that are read of a resource", () => {
  const properties = (...references: object[]): readonly string[] | undefined =>
    propertiesOf(parseRulesFile({ references }, "test"));
  const entry = { types: ["*"], kind: "location" };

  test("are those of tags, places, our tracked records and what the rules name", () => {
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

  test("are all where an expression computes them", () => {
    expect(properties({ ...entry, id: "length(a)" })).toBeUndefined();
    expect(properties({ ...entry, match: [{ property: "a[0]", record: "name" }] })).toBeUndefined();
  });
});
