import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";

/** A value that is unknown until the apply. */
export class Unknown {
  /** The only instance. */
  static readonly value = new Unknown();
}

/** A value of a configuration or a state. A number that JavaScript would round is a bigint, or its digits as a string. */
export type Value = null | boolean | number | bigint | string | Unknown | readonly Value[] | Values;

/** An object: the attributes of a block. */
export interface Values {
  readonly [name: string]: Value;
}

/** An encoded value: MessagePack, or JSON if the host uses it. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array | null;
  readonly json?: Uint8Array | null;
}

/** The extension types of an unknown value: plain, and with refinements, which are ignored. */
const unknownTypes = { bare: 0, refined: 12 };

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: unknownTypes.bare,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => Unknown.value,
});
extensionCodec.register({ type: unknownTypes.refined, encode: () => null, decode: () => Unknown.value });

const options = { extensionCodec, useBigInt64: true } as const;
const encoder = new Encoder({ ...options, sortKeys: true });
const decoder = new Decoder(options);

/** Decodes a value. A missing value is null. */
export function decodeValue({ msgpack, json }: DynamicValue): Value {
  if (msgpack && msgpack.length > 0) return decoder.decode(msgpack) as Value;
  if (json && json.length > 0) return JSON.parse(Buffer.from(json).toString("utf8")) as Value;
  return null;
}

/** Encodes a value with sorted keys, so that equal values have equal bytes. */
export function encodeValue(value: Value): DynamicValue {
  return { msgpack: Buffer.from(encoder.encode(value)) };
}

/** Returns whether all of a value is known. */
export function isKnown(value: Value): boolean {
  if (value instanceof Unknown) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value as Values).every(isKnown);
}
