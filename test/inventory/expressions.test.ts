import { TreeInterpreter } from "@jmespath-community/jmespath";
import { evaluate } from "../../provider/model/expression/interpreter";
import { compileJmespath } from "../../provider/model/expression/jmespath";
import fc from "../helpers/fast-check";

// The interpreter gives what the library gives: the same value, or an error of the same message.
type Outcome = { readonly value: unknown } | { readonly error: string };

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { value: JSON.parse(JSON.stringify(work() ?? null)) as unknown };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function compare(text: string, data: unknown): void {
  const expression = compileJmespath(text);
  const expected = outcomeOf(() => TreeInterpreter.search(expression.tree, data as never));
  expect({ text, ...outcomeOf(() => evaluate(expression, data)) }).toEqual({ text, ...expected });
}

const sample = {
  a: { b: { c: "x" }, empty: {}, none: null },
  list: [{ id: "b", n: 2 }, { id: "a", n: 1 }, { id: "a", n: 3 }, {}],
  texts: ["b", "a", "\u{1f600}", "\uffff", ""],
  numbers: [3, 10, 2],
  nested: [[1, [2]], [], 3],
  pairs: [
    ["k", 1],
    ["l", 2],
  ],
  text: " a,b,,c \n d ",
  number: 7,
  yes: true,
};

test.each([
  ...["@", "$", "a.b.c", "a.none", "a.missing.deep", '"a"."b"', "list[0]", "list[-1].id", "list[9]", "text[0]"],
  ...[
    "list[*].id",
    "list[].id",
    "nested[]",
    "nested[][]",
    "a.*",
    "*.b",
    "a.*.c",
    "list[1:3]",
    "list[::-1].id",
    "text[1:4]",
  ],
  ...[
    "text[::-1]",
    "list[::0]",
    "list[?id == 'a'].n",
    "list[?n > `1`].id",
    "list[?!n]",
    "list[?@]",
    "[?a]",
    "list[?id=='a'][]",
  ],
  ...[
    "a == a",
    'a.b == `{"c": "x"}`',
    "nested == `[[1,[2]],[],3]`",
    "list[0] != list[1]",
    "number >= `7`",
    "text < `1`",
  ],
  ...[
    "a && list",
    "a.empty && number",
    "a.empty || number",
    "!a.empty",
    "!texts",
    "yes ? a : list",
    "a.none ? `1` : `2`",
  ],
  ...[
    "[a.b, number]",
    "{x: a, y: number}",
    "list[*].{i: id, m: n}",
    "list[*].[id, n][]",
    "list | [0] | id",
    "number + `1`",
  ],
  ...["number - `1` * `2`", "number / `2`", "number // `2`", "number % `4`", "-number", "text + `1`", "number / `0`"],
  ...[
    "let $x = number in list[*].[id, $x]",
    "let $x = a, $y = number in [$x.b, $y]",
    "let $x = `1` in let $y = $x in [$x, $y]",
  ],
  ...["$missing", "abs(number)", "avg(numbers)", "avg(texts)", "ceil(`1.5`)", "floor(`1.5`)", "contains(texts, 'a')"],
  ...[
    "contains(text, 'b')",
    "contains(text, number)",
    "ends_with(text, ' ')",
    "starts_with(text, ' a')",
    "find_first(text, 'b')",
  ],
  ...[
    "find_last(text, ',')",
    "find_first(text, 'z')",
    "from_items(pairs)",
    "from_items(nested)",
    "group_by(list[?id], &id)",
    "items(a)",
  ],
  ...[
    "join('-', texts)",
    "join('-', list)",
    "keys(a)",
    "values(a)",
    "length(text)",
    "length(list)",
    "length(a)",
    "length(number)",
  ],
  ...[
    "lower('ÀB')",
    "upper('àb')",
    "map(&id, list)",
    "max(numbers)",
    "max(texts)",
    "max(nested)",
    "max_by(list[?n], &n)",
  ],
  ...[
    "min(numbers)",
    "min(texts)",
    "min_by(list[?n], &id)",
    'merge(a, `{"z": 1}`)',
    "not_null(a.none, number)",
    "pad_left('a', `3`, '*')",
  ],
  ...[
    "pad_right('a', `3`)",
    "pad_left('a', `-1`)",
    "replace(text, ',', ';')",
    "replace(text, ',', '$&$&', `2`)",
    "replace(text, '', '-')",
  ],
  ...[
    "replace(text, ',', ';', `0`)",
    "replace(text, ',', ';', `-1`)",
    "replace('aa', 'a', 'ba', `2`)",
    "reverse(text)",
    "reverse(list)",
  ],
  ...[
    "sort(numbers)",
    "sort(texts)",
    "sort(list)",
    "sort_by(list[?n], &id)",
    "sort_by(list[?n], &n)",
    "sort_by(list, &n)",
    "sort_by(list, &a)",
  ],
  ...[
    "split(text, ',')",
    "split(text, ',', `1`)",
    "split(text, '')",
    "split('', '')",
    "sum(numbers)",
    "to_array(number)",
    "to_array(list)",
  ],
  ...[
    "to_number('1.5')",
    "to_number(text)",
    "to_string(a)",
    "to_string(text)",
    "to_string(list)",
    "trim(text)",
    "trim_left(text)",
  ],
  ...[
    "trim_right(text)",
    "trim(text, ' d')",
    "trim('a-]^a', 'a')",
    "trim('-]^x\\\\', '-]^\\\\')",
    "trim(text, '')",
    "type(a)",
    "type(a.none)",
  ],
  ...[
    "zip(numbers, texts)",
    "zip(numbers, number)",
    "map(&[@, $.number], numbers)",
    "missing(a)",
    "abs()",
    "abs(text)",
    "join(`1`, texts)",
  ],
  ...[
    "sort(`[]`)",
    "max(`[]`)",
    "sort(split('b\\n a\\n', '\\n'))",
    "trim('\\u0085 a\\u00a0')",
    "trim_right('a \\n b  ')",
    "trim_right('ab\\ncc', 'c')",
  ],
])("evaluates %s as the library does", (text) => {
  for (const data of [sample, {}, [], null, "text", [sample, sample]]) compare(text, data);
});

test("evaluates random expressions of all forms as the library does", () => {
  const name = fc.constantFrom("a", "b", "c", "list", "n");
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const inner = tie("expression");
    const both = (make: (one: string, other: string) => string): fc.Arbitrary<string> =>
      fc.tuple(inner, inner).map(([one, other]) => make(one, other));
    return {
      expression: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.oneof(
          name,
          fc.constantFrom("@", "$", "*", "'x'", "`1`", "`[1,[2]]`", '`{"a": 1}`', "[0]", "[]", "[*]", "[1:]"),
        ),
        both((one, other) => `(${one}).${/^[a-z]+$/.test(other) ? other : `[${other}]`}`),
        both((one, other) => `(${one}) | (${other})`),
        both((one, other) => `(${one}) && (${other})`),
        both((one, other) => `(${one}) || (${other})`),
        both((one, other) => `(${one}) == (${other})`),
        both((one, other) => `(${one}) < (${other})`),
        both((one, other) => `(${one})[?${other}]`),
        both((one, other) => `[${one}, ${other}]`),
        both((one, other) => `{x: ${one}, y: ${other}}`),
        both((one, other) => `map(&(${one}), to_array(${other}))`),
        both((one, other) => `contains(to_array(${one}), ${other})`),
        both((one, other) => `(${one}) ? (${other}) : a`),
        inner.map((one) => `(${one})[*].a`),
        inner.map((one) => `(${one})[]`),
        inner.map((one) => `(${one})[::-1]`),
        inner.map((one) => `(${one}).*`),
        inner.map((one) => `!(${one})`),
        inner.map((one) => `to_string(${one})`),
        inner.map((one) => `length(${one})`),
        inner.map((one) => `type(${one})`),
        inner.map((one) => `sort_by(to_array(${one}), &to_string(@))`),
        inner.map((one) => `trim(to_string(${one}), '"[')`),
        inner.map((one) => `let $x = ${one} in [$x, b]`),
      ),
    };
  });
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(null, true, false, 0, 1, -2, "", "x", " x "),
      fc.array(tie("data"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("a", "b", "c", "list", "n"), tie("data"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(fc.property(expression, data, compare), { numRuns: 3_000 });
});

test("does not treat an inherited name as a field or a function", () => {
  for (const text of ["constructor", "toString", "a.__proto__", "hasOwnProperty || 'none'"])
    expect(evaluate(compileJmespath(text), { a: { b: 1 } })).toBe(text.includes("none") ? "none" : null);
  for (const name of ["toString", "constructor", "hasOwnProperty"])
    expect(() => evaluate(compileJmespath(`${name}(@)`), {})).toThrow(`Unknown function: ${name}()`);
});

test("binds variables that are false, also inside the argument of a function", () => {
  const of = (text: string): unknown => evaluate(compileJmespath(text), { list: [1, 2], no: false });
  expect(of("let $no = no in let $x = list in [$no, $x]")).toEqual([false, [1, 2]]);
  expect(of("let $x = list in map(&[@, $x[0]], list)")).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(() => of("let $x no in $x")).toThrowErrorMatchingInlineSnapshot(
    `"let has no variable: write let $name = value in"`,
  );
});
