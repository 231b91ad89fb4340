import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";

/** A value that is decided only when the configuration is applied. */
export class Unknown {
  /** The only one. */
  static readonly value = new Unknown();
}

/** A value of a configuration or a state. A number that JavaScript would round is a bigint, or its digits as a string. */
export type Value = null | boolean | number | bigint | string | Unknown | readonly Value[] | Values;

/** An object: the attributes of a block. */
export interface Values {
  readonly [name: string]: Value;
}

/** A value on the wire: MessagePack, or JSON where the other side prefers it. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array | null;
  readonly json?: Uint8Array | null;
}

/** The extension types of an unknown value: bare, and with what is known of it, which nothing here depends on. */
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

/** Reads a value; one that is not there is null. */
export function decodeValue({ msgpack, json }: DynamicValue): Value {
  if (msgpack && msgpack.length > 0) return decoder.decode(msgpack) as Value;
  if (json && json.length > 0) return JSON.parse(Buffer.from(json).toString("utf8")) as Value;
  return null;
}

/** Writes a value; the keys of an object in order, so that the same value is the same bytes. */
export function encodeValue(value: Value): DynamicValue {
  return { msgpack: Buffer.from(encoder.encode(value)) };
}

/** Is all of it known? */
export function isKnown(value: Value): boolean {
  if (value instanceof Unknown) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value as Values).every(isKnown);
}
