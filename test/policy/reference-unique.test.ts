import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile } from "../../policy/rules/file/rules-file.js";
import { inventory, item, place, says, type, vpc } from "./helpers/findings.js";

test("a record can be referenced by as many resources as the rules allow", () => {
  const two = ["a", "b"].map((name) => vpc({ ci: "CI-1" }, { name }));
  const twice = [vpc({ ci: ["CI-1"], other: "CI-1" }, { name: "c" }), ...two];
  const references = [item, { ...item, id: "other" }];
  expect(says(two, { references, unique: { configurationItem: 2 } })).toEqual([]);
  expect(says(twice, { references, unique: { configurationItem: 3 } })).toEqual([]);
  expect(says(twice, { references, unique: { configurationItem: 2 } })).toHaveLength(1);
  // The third of them, too, claims it once.
  const last = [...two, ...twice.slice(0, 1)];
  expect(says(last, { references, unique: { configurationItem: 3 } })).toEqual([]);
});

test("a stack finding belongs to the root, and one of a duplicate reference to the last resource", () => {
  const found = evaluate(
    [vpc({ site: "PAR" }, { name: "b" }), vpc({ site: "PAR" }, { name: "a" })],
    inventory,
    parseRulesFile({ references: [place], unique: { location: 1 }, cover: [{ kind: "location" }] }, "test"),
  ).findings;
  expect(found.map(({ rule, urn, type: of }) => [rule, urn, of])).toEqual([
    ["reference-unique", `urn:pulumi:dev::net::${type}::b`, type],
    ["inventory-covered", "urn:pulumi:dev::net::pulumi:pulumi:Stack::net-dev", "pulumi:pulumi:Stack"],
  ]);
});
