import { EvaluationCache } from "../../../policy/engine/evaluation-cache.js";

test("shares a value among different readers, and creates a new one for a reader that reads again", () => {
  const cache = new EvaluationCache<number>();
  let created = 0;
  const read = (key: string, reader: "record-exists" | "reference-required"): number =>
    cache.read(key, reader, () => (created += 1));
  expect(cache.latest("a")).toBeUndefined();
  expect([read("a", "record-exists"), read("a", "reference-required")]).toEqual([1, 1]);
  expect(read("b", "record-exists")).toBe(2);
  expect([read("a", "record-exists"), read("a", "reference-required")]).toEqual([3, 3]);
  expect([cache.latest("a"), cache.latest("b")]).toEqual([3, 2]);
});
