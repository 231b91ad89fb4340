import { readerCache } from "../../provider/inventory/query/reader-cache";
import { arrayInventory } from "../policy/helpers/array-inventory";

test("a fact is found once for each reader and key, also if it is undefined", () => {
  const once = readerCache<string | undefined>();
  const [one, other] = [arrayInventory([]), arrayInventory([])];
  let found = 0;
  const find = (): string | undefined => (++found, undefined);
  for (const [reader, key] of [
    [one, ["location", "name"]],
    [one, ["location", "name"]],
    [one, ["location,name"]],
    [other, ["location", "name"]],
  ] as const)
    expect(once(reader, key, find)).toBeUndefined();
  expect(found).toBe(3);
});

test("facts of two caches are separate", () => {
  const reader = arrayInventory([]);
  expect([readerCache<number>()(reader, ["a"], () => 1), readerCache<number>()(reader, ["a"], () => 2)]).toEqual([
    1, 2,
  ]);
});
