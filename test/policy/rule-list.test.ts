import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules as all } from "../../policy/rules/index.js";
import { parseRulesFile, ruleNames, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { item, place } from "./helpers/findings.js";

test("each rule gives a reason if it has nothing to check", () => {
  const off = (rules: RulesInput): (string | undefined)[] =>
    all.map((rule) => rule.inactiveReason?.(parseRulesFile(rules, "test")));
  const on = undefined;
  const nothing = [
    on,
    "no required reference in the rules",
    on,
    "no match in the rules",
    on,
    "no residency in the rules",
    "no unique in the rules",
    "no cover in the rules",
    on,
  ];
  expect(off({})).toEqual(nothing);
  expect(off({ references: [{ types: ["*"], kind: "location" }] })).toEqual(nothing);
  const match = [{ property: "a", record: "b" }];
  const everything: RulesInput = {
    references: [place, { ...item, required: true, match }],
    residency: {},
    unique: { location: 1 },
    cover: [{ kind: "location" }],
  };
  expect(off(everything)).toEqual(Array(9).fill(on));
});

test("the page of the rules has the name, severity and scope of each rule", () => {
  const page = readFileSync(join(__dirname, "../../docs/reference/rules.md"), "utf8");
  const rows = [...page.matchAll(/^\| \[`(.+?)`\]\(#(.+?)\) +\| .+? +\| (\w+): \w+ +\| (\w+) +\|$/gm)];
  expect(all.map(({ name, severity, scope }) => [name, name, severity, scope])).toEqual(
    rows.map((row) => row.slice(1)),
  );
  expect(all.map(({ name }) => name)).toEqual(ruleNames);
  for (const { title, remediation } of all) {
    expect(title).toMatch(/^[A-Z][^.]{15,}$/);
    expect(remediation).toMatch(/^[A-Z].{15,}\.$/);
  }
});
