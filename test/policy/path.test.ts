import { isMistake, mistakeInJmespath } from "../../policy/rules/resource/jmespath.js";
import { alternativesOf, isPredicate, find, holdsUnknown, partsRead } from "../../policy/rules/resource/path.js";
import { valueOf } from "../../policy/rules/core/record-value.js";
import { UNKNOWN } from "../../policy/rules/resource/resource.js";
import type { InventoryRecord } from "../../provider/model/records.js";

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
])("the path %j is split into names", (path, names) => {
  expect(alternativesOf(path)).toEqual(names);
});

test.each([
  [UNKNOWN, true],
  [[1, [UNKNOWN]], true],
  [{ a: { b: UNKNOWN } }, true],
  [[1, { a: 1 }], false],
  [null, false],
  ["text", false],
  [undefined, false],
])("detects an unknown value in %p: %p", (value, holds) => {
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
  ["a.b", { a: UNKNOWN }, open()],
  ["a.b", { a: { b: UNKNOWN } }, open()],
  ["a", { a: null }, nothing],
  ["a", { a: "" }, nothing],
  ["a", { a: [] }, nothing],
  ["a", { a: false }, known(false)],
  ["a", { a: 0 }, known(0)],
  ["a", { a: {} }, known({})],
  ["a", { a: ["x", UNKNOWN] }, open(["x", null])],
  ["a", { a: { x: 1, y: [UNKNOWN], z: null } }, open({ x: 1, y: [null], z: null })],
  ["a || b", { a: "", b: 1 }, known(1)],
  ["a || b", { a: false, b: 1 }, known(1)],
  ["a || b", { a: {}, b: 1 }, known(1)],
  ["a || b", { a: [], b: 1 }, known(1)],
  ["a || b", { a: null, b: 1 }, known(1)],
  ["a || b", { a: 0, b: 1 }, known(0)],
  ["a || b", { a: { c: 1 }, b: 1 }, known({ c: 1 })],
  ["a || b", { a: UNKNOWN, b: 1 }, open()],
  ["a || b", { a: "x", b: UNKNOWN }, known("x")],
  ["a || b", { a: "", b: false }, known(false)],
])("%s is found in %j by names", (path, properties, found) => {
  expect(find(path, properties)).toEqual(found);
});

test.each([
  ["a[0]", { a: [1, 2] }, known(1)],
  ["a[*].b", { a: [{ b: 1 }, { b: 2 }] }, known([1, 2])],
  ["a[*].b", { a: [] }, nothing],
  ["a[5]", { a: [1] }, nothing],
  ["a[0]", { a: [""] }, nothing],
  ["length(a)", { a: 1 }, nothing],
  ["a[0]", { a: UNKNOWN }, open()],
  ["a[0]", { a: ["x", UNKNOWN] }, known("x")],
  ["a[1]", { a: ["x", UNKNOWN] }, open()],
  ["a[*]", { a: ["x", UNKNOWN] }, open(["x"])],
  ["a[*]", { a: ["x"], b: UNKNOWN }, known(["x"])],
  ["a[*].b", { a: [{ b: "x" }], b: UNKNOWN }, known(["x"])],
  ["a[0]", { a: ["x"], other: { deep: UNKNOWN } }, known("x")],
  ['"a-b"[0]', { "a-b": UNKNOWN, a: 1 }, open()],
  ["ab[0]", { a: UNKNOWN, ab: [1] }, known(1)],
])("%s is found in %j by an expression", (path, properties, found) => {
  expect(find(path, properties)).toEqual(found);
});

const env = "tags.env == 'prod' && tags.ci";
const unknownTags = { tags: UNKNOWN, labels: { ci: "L" } };

test.each([
  ["what it asks for is unknown", env, { tags: { env: UNKNOWN, ci: "C" } }, open()],
  ["what it would give is unknown", env, { tags: { env: "prod", ci: UNKNOWN } }, open()],
  ["what it does not come to is unknown", env, { tags: { env: "dev", ci: UNKNOWN } }, known(false)],
  ["its answer is no", env, { tags: { env: "dev", ci: "C" } }, known(false)],
  ["the first choice is unknown", "not_null(tags.ci, labels.ci)", { ...unknownTags, tags: { ci: UNKNOWN } }, open()],
  ["all of the first choice is unknown", "not_null(tags.ci, labels.ci)", unknownTags, open()],
  ["before a text", "tags.ci || 'none'", { tags: { ci: UNKNOWN } }, open()],
  ["the second choice is unknown", "tags.ci || labels[0]", { tags: { ci: "C" }, labels: UNKNOWN }, known("C")],
  ["any of them", "*.ci | [0]", unknownTags, open()],
  ["any of them within", "*.ci | [0]", { tags: { ci: UNKNOWN }, labels: { ci: "L" } }, open()],
  ["all of them", "*.ci", { tags: { ci: UNKNOWN }, labels: { ci: "L" } }, open(["L"])],
  ["all values", "values(@)[*].ci | [0]", unknownTags, open()],
  ["the whole", "@", unknownTags, open()],
  ["the root", "$.tags", unknownTags, open()],
  ["as a text", "to_string(@)", { tags: { ci: UNKNOWN } }, open()],
  ["merged", "merge(tags, labels).ci", { tags: { ci: UNKNOWN }, labels: { ci: "L" } }, open()],
  ["mapped", "map(&ci, [tags, labels])", { tags: { ci: UNKNOWN }, labels: { ci: "L" } }, open()],
  ["a name with escapes", '"t\\u0061gs".ci', unknownTags, open()],
  ["a list is filtered by it", "tags[?key != 'x'].value", { tags: [{ key: UNKNOWN, value: "V" }] }, open()],
  [
    "a list is filtered",
    "tags[?key == 'x'].value | [0]",
    {
      tags: [
        { key: "a", value: UNKNOWN },
        { key: "x", value: "V" },
      ],
    },
    known("V"),
  ],
  ["a list is cut", "(tags[*])[0]", { tags: [UNKNOWN, ["V"]] }, open()],
  ["only names are looked at", "keys(tags)", { tags: { ci: UNKNOWN } }, known(["ci"])],
  ["only how many there are", "length(tags)", { tags: [UNKNOWN] }, known(1)],
  ["beside what it looks at", "tags[0].ci", { tags: [{ ci: "C", env: UNKNOWN }] }, known("C")],
  [
    "two of a list of its own",
    "[tags.ci, labels.ci]",
    { tags: { ci: UNKNOWN }, labels: { ci: "L" } },
    open([null, "L"]),
  ],
])("an expression returns %s: %s", (_name, path, properties, found) => {
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
])("detects whether %s is a condition: %p", (path, asking) => {
  expect(isPredicate(path)).toBe(asking);
});

test("an expression reads only the properties that it names", () => {
  const properties = { tags: { ci: "C" }, labels: { ci: UNKNOWN }, key: "k" };
  const read = (path: string): string[] => [...partsRead(path, properties)];
  expect(read("tags.ci")).toEqual(["tags"]);
  expect(read("*.ci | [0]")).toEqual(["tags", "labels", "key"]);
  expect(read("@")).toEqual(["tags", "labels", "key"]);
  expect(read("tags.ci || key")).toEqual(["tags"]);
  expect(read('"k\\u0065y"')).toEqual(["key"]);
});

test("an expression that cannot run is an error", () => {
  expect(() => find("lower_case(a)", { a: 1 })).toThrow("Unknown function: lower_case()");
});

test.each(["a", "lower(a)", '`{"type": "Function", "name": "x", "children": []}`'])(
  "accepts the expression %j",
  (text) => {
    expect(mistakeInJmespath(text)).toBeUndefined();
  },
);

test.each(["a..b", "lower_case(a)", "a || [b, lower_case(c)]", "lower(a, b)", "$there"])(
  "rejects the expression %j with its mistake",
  (text) => {
    expect(mistakeInJmespath(text)).toMatchSnapshot();
  },
);

test("an error caused by data is not a mistake of the expression", () => {
  expect(isMistake(new Error("Unknown function: x()"))).toBe(true);
  expect(isMistake(new Error("it says: Unknown function: x()"))).toBe(false);
  expect(isMistake("Unknown function: x()")).toBe(false);
});

describe("the value of a record", () => {
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
  ])("is read at %s", (path, value) => {
    expect(valueOf(record, path)).toEqual(value);
    expect(valueOf(unnamed, path)).toEqual(value);
  });
});
