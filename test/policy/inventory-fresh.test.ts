import { arrayInventory } from "./helpers/array-inventory.js";
import { says, vpc } from "./helpers/findings.js";

describe("the age of the inventory", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  const at = (syncedAt: string, maxAge: number, staleReason?: string): string[] => {
    const from = arrayInventory([], undefined, new Date(syncedAt));
    const reader = staleReason === undefined ? from : { ...from, info: () => ({ ...from.info(), staleReason }) };
    return says([vpc({})], { fresh: { maxAge } }, reader, now);
  };

  test.each([
    ["2026-03-08T12:00:00Z", 86_400, "2 days", "1 day"],
    ["2026-03-09T12:00:00Z", 7_200, "1 day", "2 hours"],
    ["2026-03-10T11:00:00Z", 120, "1 hour", "2 minutes"],
    ["2026-03-10T11:59:00Z", 59, "1 minute", "59 seconds"],
    ["2026-03-10T11:59:58Z", 1, "2 seconds", "1 second"],
  ])("is reported if the inventory is of %s, and the limit is %i seconds", (syncedAt, maxAge, old, allowed) => {
    const age = (now.getTime() - Date.parse(syncedAt)) / 1000;
    const of = new Date(syncedAt).toISOString();
    expect(at(syncedAt, maxAge)).toEqual([
      `inventory-fresh warning [ ] the inventory of ${of} is ${old} old, more than ${allowed}; fetch it again with orange-cmdb sync [${maxAge} <> ${age}]`,
    ]);
    expect(at(syncedAt, age)).toEqual([]);
  });

  test("is reported at any age if the API is unavailable", () => {
    expect(at("2026-03-10T12:00:05Z", 60, "the API is not available")).toMatchInlineSnapshot(`
     [
       "inventory-fresh warning [ ] checked with the inventory of 2026-03-10T12:00:05.000Z, 0 seconds old: the API is not available [60 <> 0]",
     ]
    `);
  });
});
