import { type RulesInput } from "../../policy/rules/file/rules-file.js";
import { arrayInventory } from "./helpers/array-inventory.js";
import { item, of, says, vpc } from "./helpers/findings.js";

test.each([
  ...["cancelled", "canceled", "ceased", "closed", "decommissioned", "deleted", "disposed", "inactive", "obsolete"],
  ...["out of service", "removed", "retired", "scrapped", "terminated", "uninstalled", " Out-of__SERVICE "],
])("a record with the status %j is out of service, unless the rules allow it", (status) => {
  const from = arrayInventory([of("configurationItem", "CI-1", { status })]);
  const found = (rules: RulesInput): string[] => says([vpc({ ci: "CI-1" })], { references: [item], ...rules }, from);
  expect(found({})).toHaveLength(1);
  expect(found({ inService: { configurationItem: ["Active", status.trim().toUpperCase()] } })).toEqual([]);
});
