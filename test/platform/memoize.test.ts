import { memoize } from "../../provider/platform/memoize";

test("computes each result once, also if it is undefined", () => {
  const compute = jest.fn((key: string) => (key === "nothing" ? undefined : key.length));
  const length = memoize(compute);
  expect(["a", "nothing", "a", "nothing", "ab"].map(length)).toEqual([1, undefined, 1, undefined, 2]);
  expect(compute.mock.calls.map(([key]) => key)).toEqual(["a", "nothing", "ab"]);
});

test("keeps a bounded number of results", () => {
  const compute = jest.fn((key: string) => key);
  const same = memoize(compute);
  for (let index = 0; index <= 10_000; index += 1) same(`key ${index}`);
  same("key 10000");
  expect(compute).toHaveBeenCalledTimes(10_001);
  same("key 0");
  expect(compute).toHaveBeenCalledTimes(10_002);
});
