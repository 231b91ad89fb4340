import { parseYaml, YamlError } from "../../policy/config/exact-yaml";
import { validateRules } from "../../policy/rules/file/rules-file";

/** Each key and value on a line of its own. */
const lines = `references:
  - types:
      - "aws:x"
    kind: configurationItem
    by: name
    value: tags.a
    as: ip
    required: true
    match:
      - property: a
        record: b
        as: number
        tolerance: 5
        ordered: false
inService:
  location:
    - X
unique:
  location: 1
cover:
  - kind: location
    where: a == 'b'
residency:
  countryFrom: location
  regions:
    eu-west-9: FR
    eu: null
fresh:
  maxAge: 12h
severity:
  record-exists: error
ignore:
  - rule: record-exists
    resource: "*"
    reason: lab
    until: 2027-01-31
`.split("\n");

/** Returns the lines of all mistakes in a text; empty if it is valid. */
function linesOfMistakes(text: string): number[] {
  const lineOf = (place: string): number => Number(place.split(":")[0]);
  try {
    const { value, placeOf } = parseYaml(text);
    const result = validateRules(value);
    return "data" in result ? [] : result.mistakes.map(({ path, key }) => lineOf(placeOf(path, key)));
  } catch (error) {
    if (error instanceof YamlError) return [lineOf(error.place)];
    throw error;
  }
}

/** Returns the changes of one line that do not have a mistake there, and how many changes are mistakes. */
function misplaced(change: (line: string) => readonly string[]): { wrong: string[]; mistakes: number } {
  const wrong: string[] = [];
  let mistakes = 0;
  for (const [index, line] of lines.entries())
    for (const changed of change(line)) {
      const found = linesOfMistakes(lines.with(index, changed).join("\n"));
      if (found.length > 0) mistakes += 1;
      const wanted = index + changed.split("\n").length;
      if (found.length > 0 && !found.includes(wanted))
        wrong.push(`${wanted}: ${changed} (reported at ${found.join()})`);
    }
  return { wrong, mistakes };
}

const pair = /^( *(?:- )?)([\w-]+):( .+)?$/;
const item = /^( +- )[^:]+$|^( +- )".*"$/;

const badValues = [
  "''",
  "xyzzy",
  "[1]",
  "{ a: 1 }",
  "a[",
  "-1",
  "3.5",
  "true",
  "null",
  "",
  "*nope",
  "!!binary x",
  "a = 'b'",
  "2027-02-31",
  "'a",
];

test("a wrong value is reported at its line", () => {
  const { wrong, mistakes } = misplaced((line) => {
    const [, start, key, value] = pair.exec(line) ?? [];
    if (key !== undefined) return value === undefined ? [] : badValues.map((bad) => `${start}${key}: ${bad}`);
    return item.test(line) ? badValues.map((bad) => line.replace(/- .*/, `- ${bad}`)) : [];
  });
  expect(wrong).toEqual([]);
  expect(mistakes).toBeGreaterThan(200);
});

test("a wrong key is reported at its line", () => {
  const { wrong, mistakes } = misplaced((line) => {
    const [, start, key, value = ""] = pair.exec(line) ?? [];
    if (key === undefined) return [];
    return ["zzz", "__proto__", "''", "~", "1"].map((bad) => `${start}${bad}:${value}`);
  });
  expect(wrong).toEqual([]);
  expect(mistakes).toBeGreaterThan(120);
});

test("a key that occurs twice is reported at its second line", () => {
  // In a list, the second line would begin another element.
  const { wrong, mistakes } = misplaced((line) =>
    pair.test(line) && !line.includes("- ") ? [`${line}\n${line}`] : [],
  );
  expect(wrong).toEqual([]);
  expect(mistakes).toBeGreaterThan(20);
});

test("too many aliases are reported at the first one", () => {
  const list = (name: string): string => `[${Array<string>(20).fill(`*${name}`).join(", ")}]`;
  const text = `a: &a [1]\nb: &b ${list("a")}\nc: &c ${list("b")}\nd: ${list("c")}\n`;
  expect(() => parseYaml(text)).toThrow(expect.objectContaining({ place: "2:8" }));
});
