import { parseYaml } from "../../policy/config/exact-yaml";
import type { Mistake } from "../../policy/rules/file/mistakes";
import { applyFixes } from "../../drift/rules-check/fix";
import fc, { seed } from "../helpers/fast-check";

const OLD = "OPERATIONEL";

/** Files with a name to rewrite, which is unquoted here, and its place. */
const files: readonly (readonly [text: string, path: Mistake["path"], key?: string])[] = [
  [`a: ${OLD} # it is so\nb: 1\n`, ["a"]],
  [`a: ${OLD}\r\nb: 1\r\n`, ["a"]],
  [`a: !!str ${OLD}\n`, ["a"]],
  [`a:\n  - x\n  - ${OLD}\n  - { b: ${OLD} }\n`, ["a", 1]],
  [`a:\n  - b: ${OLD}\n    c: x\n`, ["a", 0, "b"]],
  [`a: [x, ${OLD}, y] # more\n`, ["a", 1]],
  [`a: { b: ${OLD}, c: [${OLD}] }\n`, ["a", "c", 0]],
  [`a: {b: ${OLD}}\n`, ["a", "b"]],
  [`? a\n: ${OLD}\n`, ["a"]],
  [`a:\n  ${OLD}: 1 # one\n  c: 2\n`, ["a"], OLD],
  [`a: { ${OLD}: 1, c: 2 }\n`, ["a"], OLD],
  [`{ ? ${OLD} : 1 }`, [], OLD],
];

const quotations: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll(OLD, `'${OLD}'`),
  (text) => text.replaceAll(OLD, `"${OLD}"`),
];

/** Returns the value with the name at the place replaced. */
function replaced(value: unknown, path: Mistake["path"], key: string | undefined, to: string): unknown {
  const [step, ...rest] = path;
  if (step !== undefined) {
    const copy = structuredClone(value) as Record<PropertyKey, unknown>;
    copy[step] = replaced(copy[step], rest, key, to);
    return copy;
  }
  if (key === undefined) return to;
  const entries = Object.entries(value as object).map(([name, one]) => [name === key ? to : name, one] as const);
  return Object.fromEntries(entries);
}

const odd = fc.constantFrom(
  ..."#'\"\\:,[]{}&*!|>%@`?- \t\n\r\0\u0085\u00a0\u2028\u202e\ufeff\ud800=~<",
  "\u{e0001}",
  ": ",
  " #",
  "- ",
  "''",
);
const names = fc.oneof(
  fc.constantFrom("true", "null", "Yes", "1", "1e3", "0x1", "~", ".inf", "2026-01-31", "---", "<<", "c: d"),
  fc.constantFrom("Out of order, retired", "it's", "a: b", "# x", "[x]", "{x}", "", " x ", 'say "x"', "*a", "&a b"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.array(fc.oneof(odd, fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 8 }).map((parts) => parts.join("")),
);

test(`a rewritten name is exactly the replacement, whatever its text, and nothing else changes (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.constantFrom(...quotations), names, (file, quote, replacement) => {
      const [unquoted, path, key] = file;
      fc.pre(key === undefined || !["__proto__", "a", "c"].includes(replacement));
      const text = quote(unquoted);
      const before = parseYaml(text);
      const mistake = { path, ...(key === undefined ? {} : { key }), message: "", replacement };
      const { text: fixed, fixes } = applyFixes(text, before.document, [mistake]);
      expect(fixes).toEqual([{ mistake, from: OLD }]);
      expect(parseYaml(fixed).value).toEqual(replaced(before.value, path, key, replacement));
      expect(fixed.split(/\r?\n/).map((line) => /(?<=\S )# (?:it is so|more|one)$/.exec(line)?.[0])).toEqual(
        text.split(/\r?\n/).map((line) => /(?<=\S )# (?:it is so|more|one)$/.exec(line)?.[0]),
      );
    }),
    { seed, numRuns: 2_000 },
  );
});

test.each([
  ["no quotes", `a: ${OLD}`, "RETIRED", "a: RETIRED"],
  ["single quotes", `a: '${OLD}'`, "it's", "a: 'it''s'"],
  ["single quotes around a backslash", `a: '${OLD}'`, "a\\b", "a: 'a\\b'"],
  ["double quotes", `a: "${OLD}"`, "it's", `a: "it's"`],
  [
    "double quotes in place of none if they are needed",
    `a: ${OLD}`,
    "Out of order, retired",
    'a: "Out of order, retired"',
  ],
  ["double quotes in place of single ones for an escape", `a: '${OLD}'`, "a\nb", 'a: "a\\nb"'],
  ["JSON", `{"a":"${OLD}"}`, "a\u2028b", '{"a":"a\\u2028b"}'],
])("a rewritten name has %s", (_title, text, replacement, expected) => {
  expect(applyFixes(text, parseYaml(text).document, [{ path: ["a"], message: "", replacement }]).text).toBe(expected);
});

test.each([
  ["a literal block", `a: |\n  ${OLD}\nb: 1\n`],
  ["a folded block", `a: >-\n  ${OLD}\nb: 1\n`],
  ["a value with an anchor", `a: &a ${OLD}\nb: *a\n`],
  ["an alias", `b: &a ${OLD}\na: *a\n`],
])("%s is not rewritten", (_title, text) => {
  const mistake = { path: ["a"], message: "", replacement: "OPERATIONAL" };
  expect(applyFixes(text, parseYaml(text).document, [mistake])).toEqual({ text, fixes: [] });
});

test("a value in a list that an alias shares is not rewritten", () => {
  const text = `a: &list [${OLD}]\nb: *list\n`;
  const { document } = parseYaml(text);
  for (const path of [
    ["a", 0],
    ["b", 0],
  ])
    expect(applyFixes(text, document, [{ path, message: "", replacement: "x" }]).fixes).toEqual([]);
});
