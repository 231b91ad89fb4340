import fc from "../helpers/fast-check";
import { decode, encode, ExtData } from "@msgpack/msgpack";
import { decodeValue, encodeValue, isKnown, Unknown, type Value } from "../../provider/terraform/plugin/value";

const name = fc.string({ unit: "binary" }).filter((text) => text !== "__proto__");
const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.constant(Unknown.value),
);
const value = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("any")), fc.dictionary(name, tie("any"))),
})).any;

/** Integers come back as numbers where those hold them, whatever they were, and without a sign where they are zero. */
const plain = (from: Value): Value => {
  if (from === 0) return 0;
  if (typeof from === "bigint" && BigInt(Number(from)) === from && Number.isSafeInteger(Number(from)))
    return Number(from);
  if (Array.isArray(from)) return from.map(plain);
  if (typeof from !== "object" || from === null || from instanceof Unknown) return from;
  return Object.fromEntries(Object.entries(from as Record<string, Value>).map(([key, part]) => [key, plain(part)]));
};

test("encoded values are decoded unchanged: null, unknown, any text, numbers to the last digit", () => {
  fc.assert(
    fc.property(value, (original) => {
      expect(plain(decodeValue(encodeValue(original)))).toEqual(plain(original));
    }),
    { numRuns: 500 },
  );
});

test("equal objects are equal bytes, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.dictionary(name, leaf), (object) => {
      const turned = Object.fromEntries(Object.entries(object).reverse());
      expect(encodeValue(turned)).toEqual(encodeValue(object));
    }),
  );
});

test("an unknown value is detected anywhere, even with refinements", () => {
  const refined = new ExtData(12, Buffer.from("8201c202a46c6f632d", "hex"));
  for (const [bytes, known] of [
    [Buffer.from("d40000", "hex"), false],
    [Buffer.from("c7090c8201c202a46c6f632d", "hex"), false],
    [encode({ a: [1, { b: refined }] }), false],
    [encode({ a: [1, { b: null }] }), true],
  ] as const) {
    expect(isKnown(decodeValue({ msgpack: bytes }))).toBe(known);
  }
  expect(Buffer.from(encodeValue(Unknown.value).msgpack ?? []).toString("hex")).toBe("d40000");
  expect(decodeValue({ msgpack: Buffer.from("c7090c8201c202a46c6f632d", "hex") })).toBe(Unknown.value);
});

test("integers beyond the safe range keep their digits, also on the wire", () => {
  const large = 2n ** 53n + 1n;
  expect(decodeValue(encodeValue({ large }))).toEqual({ large });
  expect(decode(encodeValue(large).msgpack ?? [], { useBigInt64: true })).toBe(large);
  // The host sends what no 64 bits hold as digits: they stay as they are.
  expect(decodeValue(encodeValue("123456789012345678901234567890"))).toBe("123456789012345678901234567890");
});

test("a value can be JSON, and a missing one is null", () => {
  expect(decodeValue({ json: Buffer.from('{"a":[1,null]}') })).toEqual({ a: [1, null] });
  expect(decodeValue({})).toBeNull();
  expect(decodeValue({ msgpack: Buffer.alloc(0), json: Buffer.alloc(0) })).toBeNull();
});
