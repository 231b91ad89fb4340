import { find } from "../../policy/rules/resource/path";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { matchesWildcard } from "../../provider/platform/wildcard";

// A user who can change a rules file can change what is checked, and not how long it takes.
const rules = (id: string): unknown => ({ references: [{ types: ["*"], kind: "location", id }] });
const seconds = (work: () => unknown): number => {
  const began = process.cpuUsage();
  work();
  return process.cpuUsage(began).user / 1e6;
};

test.each([
  'tags."cmdb:location" || labels."cmdb-location"',
  "[tags.a, tags.b, tags.c][]",
  "split(',', replace(trim(tags.sites), ';', ','))[?@ != '']",
  "tags.items[*].{id: id, site: site}.id",
])("accepts the ordinary expression %s", (path) => {
  parseRulesFile(rules(path), "rules");
  find(path, { tags: { a: "x", sites: "a;b" } });
});

test("a pattern with many stars takes no longer than its lengths multiplied", () => {
  expect(seconds(() => matchesWildcard(`${"*a".repeat(500)}b`, "a".repeat(20_000)))).toBeLessThan(5);
});
