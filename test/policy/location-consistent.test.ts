import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import { arrayInventory } from "./helpers/array-inventory.js";
import { inventory, item, of, place, records, says, vpc, type Entry } from "./helpers/findings.js";

test("a location is inconsistent only if none of the named locations is the record's own", () => {
  const other: Entry = { ...place, id: "other" };
  const found = (properties: object, more: Partial<Resource> = {}, from = inventory): string[] =>
    says([vpc({ ci: "CI-1", ...properties }, more)], { references: [item, place, other] }, from).filter((text) =>
      text.startsWith("location-consistent"),
    );
  expect(found({ site: "BER", other: "PAR" })).toEqual([]);
  expect(found({ site: "BER", other: "REK" })).toHaveLength(1);
  expect(found({ site: "BER", other: UNKNOWN })).toEqual([]);
  const [hidden] = found({ site: "BER", other: "REK" }, { secrets: new Set(["REK"]) });
  expect(hidden).toContain("refers to location (a secret)");
  // A record has its own location, whatever its service point's.
  const both = of("configurationItem", "CI-1", { locationId: "BER", servicePointId: "SP-1" });
  expect(found({ site: "BER" }, {}, arrayInventory([both, ...records.slice(1)]))).toEqual([]);
  const lost = of("configurationItem", "CI-1", { servicePointId: "SP-9" });
  expect(found({ site: "BER" }, {}, arrayInventory([lost, ...records.slice(1)]))).toEqual([]);
});
