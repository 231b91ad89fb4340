import { compileJmespath, fieldsNamed } from "../../provider/inventory/jmespath";
import { hintsFor } from "../../provider/inventory/hints";
import { QueryError, predicate } from "../../provider/inventory/query";
import type { InventoryRecord } from "../../provider/inventory/records";
import { arrayInventory } from "../policy/helpers/array-inventory";

test.each([
  ["country = 'FR'", /write ==/],
  ["country = FR", /write ==/],
  ["country == 'FR' = x", /write ==/],
  ["items[?a = 'b']", /write ==/],
  ["$x = a", /write ==/],
  ["country == 'FR", /has no end/],
  ["country == 'it\\'s", /has no end/],
  ["country == `1", /has no end/],
  ["country = ", /JMESPath/],
])("%s is refused, as it would let every record through", (where, said) => {
  expect(() => predicate({ where })).toThrow(QueryError);
  expect(() => predicate({ where })).toThrow(said);
});

test.each([
  "country == 'FR'",
  "let $x = a in $x == 'b'",
  "let $x = a, $y = b in [$x, $y]",
  `a == '"' && b == "'"`,
  "a == 'it\\'s' || b == `\"x\"`",
  "a == '\\\\'",
  "contains(name, '=') && name != 'a = b'",
])("%s is what it says", (where) => {
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
  [{ where: "status == 'x'" }, []],
  [{ where: "attributes.vendor == 'x'" }, []],
  [{ where: "attributes.ports[?speed == `10`]" }, []],
  [{ where: "statuz == 'x'" }, ["no configurationItem has statuz, which where names; did you mean status?"]],
  [
    { where: "vendor == 'Cisco'" },
    ["no configurationItem has vendor, which where names; did you mean attributes.vendor?"],
  ],
  [
    { where: 'status == "In service"' },
    [`no configurationItem has "In service", which where names; a text stands in '…', a field in "…"`],
  ],
  [{ filters: [{ name: "vendor", values: ["x"] }] }, []],
  [{ filters: [{ name: "ports.speed", values: ["1"] }] }, []],
  [
    { filters: [{ name: "vendr", values: ["x"] }] },
    ["no configurationItem has vendr, which a filter names; did you mean vendor?"],
  ],
  [{ locationId: "LOC-1" }, []],
  [{ locationId: "LOC-O" }, [`there is no location "LOC-O"; did you mean "LOC-1"?`]],
])("of %j it is told %j", (query, told) => {
  expect(hintsFor(inventory, "configurationItem", query, 0)).toEqual(told);
});

test("what fits is not doubted because of a filter, and nothing is told of a kind without records", () => {
  expect(hintsFor(inventory, "configurationItem", { filters: [{ name: "vendr", values: ["*"] }] }, 2)).toEqual([]);
  expect(hintsFor(inventory, "account", { where: "nothing" }, 0)).toEqual([]);
});
