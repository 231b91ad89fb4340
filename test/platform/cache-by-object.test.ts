import { cacheByObject } from "../../provider/platform/cache-by-object";

test("a value is computed once for each object and key, also if it is undefined", () => {
  const once = cacheByObject<object, string | undefined>();
  const [one, other] = [{}, {}];
  let computed = 0;
  const compute = (): string | undefined => (++computed, undefined);
  for (const [owner, key] of [
    [one, ["location", "name"]],
    [one, ["location", "name"]],
    [one, ["location,name"]],
    [other, ["location", "name"]],
  ] as const)
    expect(once(owner, key, compute)).toBeUndefined();
  expect(computed).toBe(3);
});

test("values of two caches are separate", () => {
  const owner = {};
  const [one, other] = [cacheByObject<object, number>(), cacheByObject<object, number>()];
  expect([one(owner, ["a"], () => 1), other(owner, ["a"], () => 2)]).toEqual([1, 2]);
});
