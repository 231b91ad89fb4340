import { isDeepStrictEqual } from "node:util";

/** Compares as `toEqual` does, and faster: for tests that compare hundreds of whole inventories. */
export function expectSame(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}
