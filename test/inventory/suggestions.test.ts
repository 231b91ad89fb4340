import { lookUpMany } from "../../provider/functions/look-up";
import { compileJmespath, fieldsNamed } from "../../provider/model/expression/jmespath";
import { suggestFixes, missingField, nearestField } from "../../provider/inventory/query/suggestions";
import { predicate } from "../../provider/inventory/query/query";
import { QueryError } from "../../provider/inventory/query/query-error";
import type { InventoryRecord } from "../../provider/model/records";
import { arrayInventory } from "../policy/helpers/array-inventory";

test.each([
  ["country = 'FR'"],
  ["country = FR"],
  ["country == 'FR' = x"],
  ["items[?a = 'b']"],
  ["$x = a"],
  ["country == 'FR"],
  ["country == 'it\\'s"],
  ["country == `1"],
  ["country = "],
  ["let $x = (a = b) in $x"],
  ["[a, {b: c = d}]"],
])("%s is rejected, because it would match every record", (where) => {
  expect(() => predicate({ where })).toThrow(QueryError);
  expect(() => predicate({ where })).toThrowErrorMatchingSnapshot();
});

test.each([
  "country == 'FR'",
  "let $x = a in $x == 'b'",
  "let $x = a, $y = b in [$x, $y]",
  `a == '"' && b == "'"`,
  "a == 'it\\'s' || b == `\"x\"`",
  "a == '\\\\'",
  "contains(name, '=') && name != 'a = b'",
  `a == '{"type": "Binding"}' || b == \`{"type": "Binding", "bindings": null}\``,
  "a == '\\x' && b == `\"\\`\"`",
])("%s is valid", (where) => {
  expect(() => compileJmespath(where)).not.toThrow();
});

test.each([
  ["country == 'FR'", ["country"]],
  ["attributes.vendor == 'x' && !status", ["attributes.vendor", "status"]],
  ["contains(name, 'x') || starts_with(a.b.c, `\"d\"`)", ["name", "a.b.c"]],
  ["attributes.tags[?key == 'x'].value | [0] == y", ["attributes.tags"]],
  ["length(attributes.ports[*].name) > `2`", ["attributes"]],
  ["sort_by(attributes.list, &weight)[0].x", ["attributes.list"]],
  ["a.b", ["a.b"]],
  ["a + b", ["a", "b"]],
  ["-a", []],
  ["a[]", ["a"]],
  ["a[].b", ["a"]],
  ["a.b[].c", ["a.b"]],
  ["a ? b : c", ["a"]],
  ["a[*].b", ["a"]],
  ["a.*.b", ["a"]],
  ["a.b[0].c", ["a"]],
  ["(a || b).c", ["a", "b"]],
  ["(a.b).c", ["a.b.c"]],
  ["a.[b, c]", ["a"]],
  ["a.{b: c}", ["a"]],
  ["a.length(b)", ["a"]],
  ["@", []],
  ['`{"type": "Field", "name": "a"}`', []],
  ["[a, b]", []],
])("%s names %j of the record", (where, names) => {
  expect(fieldsNamed(compileJmespath(where)).map((path) => path.join("."))).toEqual(names);
});

const item = (id: string, more: Partial<InventoryRecord> = {}): InventoryRecord => ({
  kind: "configurationItem",
  id,
  status: "In service",
  locationId: "LOC-1",
  attributes: { vendor: "Cisco", location: { id: "LOC-1" }, ports: [{ speed: 10 }] },
  ...more,
});
const inventory = arrayInventory([item("CI-1"), item("CI-2"), { kind: "location", id: "LOC-1", attributes: {} }]);

test.each([
  [{ where: "status == 'In service'" }],
  [{ where: "attributes.vendor == 'Cisco'" }],
  [{ where: "attributes.ports[?speed == `10`]" }],
  [{ where: "statuz == 'x'" }],
  [{ where: "vendor == 'Cisco'" }],
  [{ where: 'status == "In service"' }],
  [{ filters: [{ name: "vendor", values: ["Cisco"] }] }],
  [{ filters: [{ name: "ports.speed", values: ["10"] }] }],
  [{ filters: [{ name: "vendr", values: ["x"] }] }],
  [{ locationId: "LOC-1" }],
  [{ locationId: "LOC-O" }],
])("the suggestions for the query %j", (query) => {
  expect(suggestFixes(inventory, "configurationItem", query, 0)).toMatchSnapshot();
});

describe("values that no record has", () => {
  const location = (id: string, country: string, more: object = {}): InventoryRecord => ({
    kind: "location",
    id,
    name: `Site ${id}`,
    country,
    attributes: { address: { country, city: `City ${id}` }, phone: "+33 1 23", ...more },
  });
  const places = arrayInventory([
    ...["A", "B", "C"].map((id) => location(id, "DE")),
    ...["D", "E"].map((id) => location(id, "FR")),
    location("F", "BE", { floors: [1, 2] }),
    location("G", "Österreich"),
  ]);
  const filter = (name: string, ...values: string[]): object => ({ filters: [{ name, values }] });
  const known = "values are DE, FR, BE, Österreich";

  test.each([
    [filter("country", "ES"), 0],
    [filter("country", "Atlantis"), 0],
    [filter("country", "Osterreich*"), 0],
    [filter("country", "FR", "ES", "X*"), 2],
    [filter("country", "FR", "BE"), 3],
    [filter("country", "ES"), 1],
    [filter("country"), 0],
    [filter("floors", "3"), 0],
    [filter("attributes.address.city", "City"), 0],
    [filter("phone", "+33 1 24"), 0],
    [filter("id", "a"), 0],
    [{ where: "country == 'France'" }, 0],
    [{ where: "'x' == attributes.address.country && name != 'y'" }, 0],
    [{ where: "country == 'FR' || country == 'x'" }, 0],
    [{ where: "country == 'FR' && country == 'DE'" }, 0],
  ])("are named for %j, which finds %d", (query, found) => {
    expect(suggestFixes(places, "location", query, found)).toMatchSnapshot();
  });

  test("are named without values of records if records are secrets", () => {
    const hints = (query: object): string[] => suggestFixes(places, "location", query, 0, true);
    expect(hints(filter("country", "ES"))).toMatchInlineSnapshot(`
     [
       "no location has country "ES"",
     ]
    `);
    expect(hints(filter("contry", "ES"))).toMatchInlineSnapshot(`
     [
       "no location has contry, which a filter uses",
     ]
    `);
    expect(hints({ locationId: "a" })).toMatchInlineSnapshot(`
     [
       "there is no location "a"",
     ]
    `);
    expect(hints({ where: "contry == 'x'" })).toMatchInlineSnapshot(`
     [
       "no location has contry, which where uses",
     ]
    `);
  });

  test("are named in the error of a list with fewer records than it needs, without values if records are secrets", () => {
    const args = { ...filter("country", "ES"), atLeast: 1 };
    const message =
      /^at least 1 location is required, and 0 of the 7 in the inventory match .*; no location has country "ES"/;
    expect(() => lookUpMany(places, "location", args)).toThrow(message);
    expect(() => lookUpMany(places, "location", args)).toThrow(known);
    expect(() => lookUpMany(places, "location", args, true)).toThrow(message);
    expect(() => lookUpMany(places, "location", args, true)).not.toThrow(known);
  });

  test("are determined once for each reader", () => {
    const list = jest.spyOn(places, "list");
    const query = filter("attributes.address.street", "x");
    for (let round = 0; round < 2; round += 1) suggestFixes(places, "location", query, 3);
    expect(list).not.toHaveBeenCalled();
    for (let round = 0; round < 3; round += 1) suggestFixes(places, "location", filter("type", "x"), 0);
    expect(list.mock.calls.filter(([, query]) => query?.fields?.includes("type"))).toHaveLength(1);
    list.mockRestore();
  });

  test("are limited to the first ones", () => {
    const many = Array.from({ length: 9 }, (_, index) => `X${index}`);
    const [hint] = suggestFixes(places, "location", filter("country", ...many), 0);
    expect(hint).toContain('"X0" or "X1" or "X2" or "X3" or "X4" or "X5" or 3 others; values are');
  });
});

test("no suggestion is made for a filter that matches, or for a kind without records", () => {
  expect(suggestFixes(inventory, "configurationItem", { filters: [{ name: "vendr", values: ["*"] }] }, 2)).toEqual([]);
  expect(suggestFixes(inventory, "account", { where: "nothing" }, 0)).toEqual([]);
});

test("a field that one of many records has is not missing", () => {
  const many = (count: number, at: number): InventoryRecord[] =>
    Array.from({ length: count }, (_, index) => item(`CI-${index}`, index === at ? { attributes: { oddity: 1 } } : {}));
  const told = (records: InventoryRecord[]): string[] =>
    suggestFixes(arrayInventory(records), "configurationItem", { where: "attributes.oddity" }, 0);
  const missing = ["no configurationItem has attributes.oddity, which where uses"];
  expect(told(many(1, 0))).toEqual([]);
  expect(told(many(99, 98))).toEqual([]);
  expect(told(many(100, 99))).toEqual([]);
  expect(told(many(101, 100))).toEqual([]);
  expect(told(many(300, 150))).toEqual([]);
  expect(told(many(99, -1))).toEqual(missing);
  expect(told(many(100, -1))).toEqual(missing);
  expect(told(many(300, -1))).toEqual(missing);
});

test("missing fields are determined once for each reader", () => {
  const reader = arrayInventory([item("CI-1")]);
  const list = jest.spyOn(reader, "list");
  for (let round = 0; round < 3; round += 1)
    expect(missingField(reader, "configurationItem", ["vendr"], "filter")).toBe("; did you mean vendor?");
  expect(list.mock.calls).toEqual([["configurationItem", { limit: 100 }]]);
  expect(missingField(reader, "configurationItem", ["vendor"], "filter")).toBeUndefined();
  expect(missingField(reader, "configurationItem", ["vendor"], "where")).toMatchInlineSnapshot(
    `"; did you mean attributes.vendor?"`,
  );
  const other = arrayInventory([item("CI-1", { attributes: { vendr: 1 } })]);
  expect(missingField(other, "configurationItem", ["vendr"], "filter")).toBeUndefined();
});

describe("a field is present", () => {
  const attributes = {
    none: null,
    off: false,
    zero: 0,
    empty: "",
    deep: { none: null, value: 1 },
    list: [{ name: "a" }, { other: "b" }, null],
    texts: ["a"],
    nothing: [],
  };
  const reader = arrayInventory([item("CI-1", { attributes })]);
  const has = (path: string, naming: "where" | "filter" | "match"): boolean =>
    missingField(reader, "configurationItem", path.split("."), naming) === undefined;

  test.each<[string, boolean, boolean]>([
    ["attributes.off", true, true],
    ["attributes.zero", true, true],
    ["attributes.empty", true, true],
    ["attributes.none", false, false],
    ["attributes.none.more", false, false],
    ["attributes.zero.more", false, false],
    ["attributes.empty.length", false, false],
    ["attributes.deep.value", true, true],
    ["attributes.deep.none", false, false],
    ["attributes.deep.toString", false, false],
    // What stands in a list an expression may reach in many ways.
    ["attributes.list.whatever", true, false],
    ["attributes.list.other", true, true],
    ["attributes.texts.length", true, false],
    ["attributes.nothing.x", true, false],
    ["attributes.nothing", true, true],
    ["off", false, true],
    ["deep.value", false, true],
    ["status", true, true],
    ["name", false, false],
  ])("in %s: for where %s, for a filter %s", (path, where, filter) => {
    expect([has(path, "where"), has(path, "match"), has(path, "filter")]).toEqual([where, where, filter]);
  });
});

describe("the nearest field", () => {
  const of = (attributes: object, more: Partial<InventoryRecord> = {}): InventoryRecord[] => [
    item("CI-1", { attributes: attributes as InventoryRecord["attributes"], ...more }),
  ];

  test.each<[string, object, string | undefined]>([
    ["vendr", { vendor: "x" }, "vendor"],
    ["VENDOR", { vendor: "x" }, "vendor"],
    ["vendor", { VENDOR: "x" }, "VENDOR"],
    // Half of its letters may differ, or two.
    ["vexxxx", { vendor: "x" }, undefined],
    ["venxxx", { vendor: "x" }, "vendor"],
    ["ab", { xy: 1 }, "id"],
    ["abc", { xyz: 1 }, undefined],
    ["abcde", { xyzde: 1 }, "xyzde"],
    ["abcd", { xyzde: 1 }, undefined],
    // Of those as near the shorter, then the first.
    ["port", { ports: 1, porta: 1, por: 1 }, "por"],
    ["port", { ports: 1, porta: 1 }, "porta"],
    ["port", { porta: 1, ports: 1 }, "porta"],
    ["sitx.name", { site: { name: "x" } }, "site.name"],
    ["nothing", { nothing: null, nothinx: "" }, undefined],
    ["ports used", { "ports usd": 1 }, '"ports usd"'],
    ["a.b.c", { a: { b: { c: 1 } } }, "a.b.c"],
    // What is deeper is not proposed.
    ["a.b.c.d.e", { a: { b: { c: { d: { e: 1 } } } } }, "a.b.c.d"],
    ["list.name", { list: [{ name: 1 }] }, undefined],
    ["lisd", { list: [{ name: 1 }] }, "list"],
  ])("of %s in %j is %s", (wanted, attributes, near) => {
    expect(nearestField(wanted, of(attributes))).toBe(near);
  });

  test("is spelled as the expression or the filter needs it", () => {
    const records = of({ vendor: "x", name: "raw", status: { text: "raw" } }, { name: "router" });
    expect(nearestField("vendr", records)).toBe("vendor");
    expect(nearestField("vendr", records, "filter")).toBe("vendor");
    expect(nearestField("vendr", records, "where")).toBe("attributes.vendor");
    expect(nearestField("attributes.vendr", records, "where")).toBe("attributes.vendor");
    expect(nearestField("attributes.vendr", records, "filter")).toBe("vendor");
    expect(nearestField("vendr", records, "match")).toBe("vendor");
    // A named field hides that of the record as it came.
    expect(nearestField("status.texd", records, "match")).toBe("attributes.status.text");
    expect(nearestField("status.texd", records, "where")).toBe("attributes.status.text");
    expect(nearestField("status.texd", records, "filter")).toBe("status.text");
    expect(nearestField("nama", records, "filter")).toBe("name");
    expect(nearestField("nama", records, "where")).toBe("name");
    expect(nearestField("nama", of({ name: "raw" }), "filter")).toBeUndefined();
    expect(nearestField("nama", of({ name: "raw" }), "where")).toBe("attributes.name");
    expect(nearestField("x.attributes.vendr", of({ vendor: 1 }))).toBeUndefined();
  });
});

test("an unknown location is suggested only if locations are loaded", () => {
  const at: InventoryRecord = { kind: "location", id: "LOC-1", attributes: {} };
  const inventory = arrayInventory([item("CI-1"), at], ["configurationItem", "location"]);
  const told = (query: object): string[] => suggestFixes(inventory, "configurationItem", query, 0);
  expect(told({ servicePointId: "SP-1" })).toEqual([]);
  expect(told({ accountId: "A" })).toEqual([]);
  expect(told({ locationId: "something else" })).toMatchInlineSnapshot(`
   [
     "there is no location "something else"",
   ]
  `);
  expect(suggestFixes(inventory, "configurationItem", { locationId: "LOC-O" }, 1)).toEqual([]);
  // Said once, however often it is named.
  expect(told({ where: "statuz == 'a' || statuz == 'b'" })).toHaveLength(1);
  expect(told({ where: `"status x".y == 'a'` })).toMatchInlineSnapshot(`
   [
     "no configurationItem has "status x".y, which where uses; write texts in '…' and fields in "…"",
   ]
  `);
});
