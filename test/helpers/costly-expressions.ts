const repeated = (text: string, times: number): string => text.repeat(times);
const nested = (open: string, inner: string, close: string, times: number): string =>
  `${open.repeat(times)}${inner}${close.repeat(times)}`;

/** Expressions that exceed their budget on {@link data}, by the way in which they grow. */
export const costly: readonly (readonly [name: string, expression: string])[] = [
  // Nested wildcards.
  ["wildcards through the root", nested("*.[$.", "*", "]", 10)],
  ["wildcards in lists of lists", `list${repeated("[*].[$.list", 6)}${repeated("]", 6)}`],
  ["wildcards that are projected again", `list${repeated("[*].values($)", 10)}`],
  ["slices of the root", nested("list[::-1].[$.", "list", "]", 7)],
  // Nested filters.
  ["filters in filters", nested("values($)[?", "a", "]", 30)],
  ["filters by a list of the root", nested("list[?$.", "list", "]", 8)],
  ["filters that compare objects", nested("list[?$.", "wide == {a: $.wide}.a", "]", 6)],
  ["filters by an object with many fields", "many[?$.wide && $.wide && $.wide].[many[?$.wide]]"],
  // Growth of lists and objects.
  ["a list that is doubled", `list${repeated(" | [@,@][]", 40)}`],
  ["lists that hold themselves", `list${repeated(" | [@,@]", 40)}`],
  ["objects that hold themselves", `@${repeated(" | {a:@,b:@}", 40)}`],
  ["the text of lists that hold themselves", `to_string(list${repeated(" | [@,@]", 40)}) == 'x'`],
  [
    "the comparison of lists that hold themselves",
    `(list${repeated(" | [@,@]", 40)}) == (list${repeated(" | [@,@]", 40)})`,
  ],
  ["maps in maps", nested("map(&", "@", ", $.list)", 9)],
  [
    "the order of a list by a costly key",
    "sort_by(many, &length(to_string($.many))) && sort_by(many, &length(to_string($.many)))",
  ],
  ["groups in groups", "map(&group_by($.many, &to_string(@)), many)"],
  ["merged objects", `map(&merge(${repeated("$.wide,", 50)} $.wide), many)`],
  ["lists in step", `many${repeated(" | zip(@, @)[]", 20)}`],
  [
    "variables in every element",
    `many[*].[let ${Array.from({ length: 300 }, (_, index) => `$v${index} = @`).join(", ")} in many]`,
  ],
  // Functions that multiply text.
  ["a text that is padded", "pad_left('a', `1000000000`)"],
  ["a text that is padded often", "map(&pad_right('a', `100000`), many)"],
  ["a text that is joined with itself", `text${repeated(" | join(@, [@, @])", 20)}`],
  ["a text that is replaced by more", `${repeated("replace(", 9)}text${repeated(", 'a', 'aaaaaaaaaa')", 9)}`],
  [
    "a text that is replaced often",
    "replace(text, '', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', `100000000`)",
  ],
  ["a replacement that inserts the text", "replace(join('', ['x', text]), 'a', '$`$`a', `40`)"],
  ["a text that is split by nothing", "map(&split($.long, ''), many)"],
  [
    "a search for half a text",
    "contains(long, join('b', [$.long, $.long]))".replace("long,", "join('', map(&$.long, many)),"),
  ],
  ["searches for a long text", "map(&find_last($.long, join('', ['b', $.long])), many)"],
  ["a text that is turned round", "map(&reverse($.long), many)"],
  ["the length of a text", "map(&length($.long), many)"],
  ["texts in an order", "sort(map(&join('', [$.long, @.n]), many))"],
  ["texts in upper case", `map(&${nested("upper(lower(", "$.long", "))", 20)}, many)`],
  // Results.
  ["a result with many values", "many[*].[$.many]"],
  ["a result of long texts", "map(&$.long, many)"],
];

/** The data: small beside what expressions make of it. */
export const data = {
  a: { b: { c: 1 }, d: { e: 2 } },
  f: { g: { h: 3 }, i: [1, 2, 3] },
  text: "aaaa",
  long: "a".repeat(20_000),
  list: Array.from({ length: 10 }, (_, index) => ({ id: `i${index}`, nested: { a: 1 } })),
  many: Array.from({ length: 1_000 }, (_, index) => ({ n: String(index) })),
  wide: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index])),
};
