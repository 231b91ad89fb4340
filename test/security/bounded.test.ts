import { find } from "../../policy/rules/path";
import { parseRulesFile, RulesFileError } from "../../policy/rules/rules-file";
import { fits } from "../../policy/rules/wildcard";

// Whoever can change a rules file can change what is checked, and not how long it takes.
const rules = (id: string): unknown => ({ references: [{ types: ["*"], kind: "location", id }] });
const seconds = (work: () => unknown): number => {
  const began = process.cpuUsage();
  work();
  return process.cpuUsage(began).user / 1e6;
};

test.each([
  ["doubles a list forty times", `tags${" | [@,@][]".repeat(40)}`],
  ["doubles an object forty times", `@${" | {a:@,b:@}".repeat(40)}`],
  ["maps in maps", "map(&map(&map(&map(&map(&@, a), b), c), d), e)"],
  ["replaces again and again", `${"replace(".repeat(6)}tags.x${", 'a', 'aaaaaaaaaa')".repeat(6)}`],
  ["is longer than anybody writes", "x".repeat(3_000)],
])("an expression that %s is refused before it runs", (_name, path) => {
  expect(seconds(() => expect(() => parseRulesFile(rules(path), "rules")).toThrow(RulesFileError))).toBeLessThan(3);
});

test.each([
  'tags."cmdb:location" || labels."cmdb-location"',
  "[tags.a, tags.b, tags.c][]",
  "split(',', replace(trim(tags.sites), ';', ','))[?@ != '']",
  "tags.items[*].{id: id, site: site}.id",
])("%s is not", (path) => {
  parseRulesFile(rules(path), "rules");
  find(path, { tags: { a: "x", sites: "a;b" } });
});

test("a pattern with many stars takes no longer than its lengths multiplied", () => {
  expect(seconds(() => fits(`${"*a".repeat(500)}b`, "a".repeat(20_000)))).toBeLessThan(5);
});
