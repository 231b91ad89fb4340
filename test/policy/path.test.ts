import { isMistake, mistakeInJmespath } from "../../policy/rules/jmespath.js";
import { alternativesOf, asks, find, holdsUnknown, partsRead } from "../../policy/rules/path.js";
import { valueOf } from "../../policy/rules/record-value.js";
import { unknown } from "../../policy/rules/types.js";
import type { InventoryRecord } from "../../provider/inventory/records.js";

test.each([
  ["a", [["a"]]],
  [" a ", [["a"]]],
  ["a_1.B", [["a_1", "B"]]],
  ['tags."cmdb:location"', [["tags", "cmdb:location"]]],
  ['tags."a.b" || labels.b || c', [["tags", "a.b"], ["labels", "b"], ["c"]]],
  ["", undefined],
  ["1a", undefined],
  ["a.", undefined],
  ["a[0]", undefined],
  ["a | b", undefined],
  ["a && b", undefined],
  ["x a", undefined],
  ["a b", undefined],
  ['"a\\"b"', undefined],
  ['""', undefined],
  ["length(a)", undefined],
  ["?a || b", undefined],
  ["a || b?", undefined],
])("the names in the path %j", (path, names) => {
  expect(alternativesOf(path)).toEqual(names);
});

test.each([
  [unknown, true],
  [[1, [unknown]], true],
  [{ a: { b: unknown } }, true],
  [[1, { a: 1 }], false],
  [null, false],
  ["text", false],
  [undefined, false],
])("%p holds something unknown: %p", (value, holds) => {
  expect(holdsUnknown(value)).toBe(holds);
});

const known = (value: unknown) => ({ known: true, value });
const open = (value?: unknown) => ({ known: false, value });
const nothing = known(undefined);

test.each([
  ["a.b", { a: { b: 1 } }, known(1)],
  ["a.b", { a: { c: 1 } }, nothing],
  ["a.b", { a: [{ b: 1 }] }, nothing],
  ["a.b", { a: null }, nothing],
  ["a.b", { a: "text" }, nothing],
  ["a.length", { a: "text" }, nothing],
  ["constructor", {}, nothing],
  ["a.b", { a: unknown }, open()],
  ["a.b", { a: { b: unknown } }, open()],
  ["a", { a: null }, nothing],
  ["a", { a: "" }, nothing],
  ["a", { a: [] }, nothing],
  ["a", { a: false }, known(false)],
  ["a", { a: 0 }, known(0)],
  ["a", { a: {} }, known({})],
  ["a", { a: ["x", unknown] }, open(["x", null])],
  ["a", { a: { x: 1, y: [unknown], z: null } }, open({ x: 1, y: [null], z: null })],
  ["a || b", { a: "", b: 1 }, known(1)],
  ["a || b", { a: false, b: 1 }, known(1)],
  ["a || b", { a: {}, b: 1 }, known(1)],
  ["a || b", { a: [], b: 1 }, known(1)],
  ["a || b", { a: null, b: 1 }, known(1)],
  ["a || b", { a: 0, b: 1 }, known(0)],
  ["a || b", { a: { c: 1 }, b: 1 }, known({ c: 1 })],
  ["a || b", { a: unknown, b: 1 }, open()],
  ["a || b", { a: "x", b: unknown }, known("x")],
  ["a || b", { a: "", b: false }, known(false)],
])("%s in %j, by names", (path, properties, found) => {
  expect(find(path, properties)).toEqual(found);
});

test.each([
  ["a[0]", { a: [1, 2] }, known(1)],
  ["a[*].b", { a: [{ b: 1 }, { b: 2 }] }, known([1, 2])],
  ["a[*].b", { a: [] }, nothing],
  ["a[5]", { a: [1] }, nothing],
  ["a[0]", { a: [""] }, nothing],
  ["length(a)", { a: 1 }, nothing],
  ["a[0]", { a: unknown }, open()],
  ["a[0]", { a: ["x", unknown] }, known("x")],
  ["a[1]", { a: ["x", unknown] }, open()],
  ["a[*]", { a: ["x", unknown] }, open(["x"])],
  ["a[*]", { a: ["x"], b: unknown }, known(["x"])],
  ["a[*].b", { a: [{ b: "x" }], b: unknown }, known(["x"])],
  ["a[0]", { a: ["x"], other: { deep: unknown } }, known("x")],
  ['"a-b"[0]', { "a-b": unknown, a: 1 }, open()],
  ["ab[0]", { a: unknown, ab: [1] }, known(1)],
])("%s in %j, by an expression", (path, properties, found) => {
  expect(find(path, properties)).toEqual(found);
});

const env = "tags.env == 'prod' && tags.ci";
const unknownTags = { tags: unknown, labels: { ci: "L" } };

test.each([
  ["what it asks for is unknown", env, { tags: { env: unknown, ci: "C" } }, open()],
  ["what it would give is unknown", env, { tags: { env: "prod", ci: unknown } }, open()],
  ["what it does not come to is unknown", env, { tags: { env: "dev", ci: unknown } }, known(false)],
  ["its answer is no", env, { tags: { env: "dev", ci: "C" } }, known(false)],
  ["the first choice is unknown", "not_null(tags.ci, labels.ci)", { ...unknownTags, tags: { ci: unknown } }, open()],
  ["all of the first choice is unknown", "not_null(tags.ci, labels.ci)", unknownTags, open()],
  ["before a text", "tags.ci || 'none'", { tags: { ci: unknown } }, open()],
  ["the second choice is unknown", "tags.ci || labels[0]", { tags: { ci: "C" }, labels: unknown }, known("C")],
  ["any of them", "*.ci | [0]", unknownTags, open()],
  ["any of them within", "*.ci | [0]", { tags: { ci: unknown }, labels: { ci: "L" } }, open()],
  ["all of them", "*.ci", { tags: { ci: unknown }, labels: { ci: "L" } }, open(["L"])],
  ["all values", "values(@)[*].ci | [0]", unknownTags, open()],
  ["the whole", "@", unknownTags, open()],
  ["the root", "$.tags", unknownTags, open()],
  ["as a text", "to_string(@)", { tags: { ci: unknown } }, open()],
  ["merged", "merge(tags, labels).ci", { tags: { ci: unknown }, labels: { ci: "L" } }, open()],
  ["mapped", "map(&ci, [tags, labels])", { tags: { ci: unknown }, labels: { ci: "L" } }, open()],
  ["a name with escapes", '"t\\u0061gs".ci', unknownTags, open()],
  ["a list is filtered by it", "tags[?key != 'x'].value", { tags: [{ key: unknown, value: "V" }] }, open()],
  [
    "a list is filtered",
    "tags[?key == 'x'].value | [0]",
    {
      tags: [
        { key: "a", value: unknown },
        { key: "x", value: "V" },
      ],
    },
    known("V"),
  ],
  ["a list is cut", "(tags[*])[0]", { tags: [unknown, ["V"]] }, open()],
  ["only names are looked at", "keys(tags)", { tags: { ci: unknown } }, known(["ci"])],
  ["only how many there are", "length(tags)", { tags: [unknown] }, known(1)],
  ["beside what it looks at", "tags[0].ci", { tags: [{ ci: "C", env: unknown }] }, known("C")],
  [
    "two of a list of its own",
    "[tags.ci, labels.ci]",
    { tags: { ci: unknown }, labels: { ci: "L" } },
    open([null, "L"]),
  ],
])("an expression where %s: %s", (_name, path, properties, found) => {
  expect(find(path, properties)).toEqual(found);
});

test.each([
  ["tags.ci", false],
  ["tags.ci || labels.ci", false],
  ["tags[0].ci", false],
  ["*.ci | [0] || labels[0]", false],
  [env, true],
  ["!tags.ci", true],
  ["contains(tags.env, 'prod')", true],
  ["tags.ci || `false`", true],
  ["[tags.env > `1`]", true],
])("%s asks: %p", (path, asking) => {
  expect(asks(path)).toBe(asking);
});

test("what an expression looks at, and no more", () => {
  const properties = { tags: { ci: "C" }, labels: { ci: unknown }, key: "k" };
  const read = (path: string): string[] => [...partsRead(path, properties)];
  expect(read("tags.ci")).toEqual(["tags"]);
  expect(read("*.ci | [0]")).toEqual(["tags", "labels", "key"]);
  expect(read("@")).toEqual(["tags", "labels", "key"]);
  expect(read("tags.ci || key")).toEqual(["tags"]);
  expect(read('"k\\u0065y"')).toEqual(["key"]);
});

test("an expression that cannot run is an error, and not nothing", () => {
  expect(() => find("lower_case(a)", { a: 1 })).toThrow("Unknown function: lower_case()");
});

test.each([
  ["a", undefined],
  ["lower(a)", undefined],
  ["a..b", "is not JMESPath"],
  ["lower_case(a)", "cannot run: Unknown function: lower_case()"],
  ["a || [b, lower_case(c)]", "cannot run: Unknown function: lower_case()"],
  ["lower(a, b)", "cannot run: Invalid arity: lower() takes 1 argument but received 2"],
  ["$there", "cannot run: Error referencing undefined variable there"],
  ['`{"type": "Function", "name": "x", "children": []}`', undefined],
])("what is wrong with the expression %j: %j", (text, mistake) => {
  const found = mistakeInJmespath(text);
  if (mistake === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(mistake);
});

test("a mistake of the data is none of the expression", () => {
  expect(isMistake(new Error("Unknown function: x()"))).toBe(true);
  expect(isMistake(new Error("it says: Unknown function: x()"))).toBe(false);
  expect(isMistake("Unknown function: x()")).toBe(false);
});

describe("what a record says", () => {
  const record: InventoryRecord = {
    kind: "configurationItem",
    id: "CI-1",
    status: "In service",
    attributes: {
      id: "1",
      status: "raw",
      name: "router",
      size: { rack: 2, slots: [1, 2] },
      empty: "",
      none: null,
      two: [1, 2],
    },
  };
  const unnamed = { ...record, name: undefined } as unknown as InventoryRecord;

  test.each([
    ["id", "CI-1"],
    ["status", "In service"],
    ["name", "router"],
    ["attributes.status", "raw"],
    ["size.rack", 2],
    ['"size"."rack"', 2],
    ["size.none", undefined],
    ["name.deep", undefined],
    ["none.deep", undefined],
    ["none", undefined],
    ["empty", undefined],
    ["nothing", undefined],
    ["toString", undefined],
    ["two", [1, 2]],
    ["empty || name", "router"],
    ["status || name", "In service"],
    ["size.slots[1]", 2],
    ["length(name)", 6],
    ["attributes.length(name)", 6],
    ["join('-', [status, attributes.status])", "In service-raw"],
  ])("at %s", (path, value) => {
    expect(valueOf(record, path)).toEqual(value);
    expect(valueOf(unnamed, path)).toEqual(value);
  });
});
