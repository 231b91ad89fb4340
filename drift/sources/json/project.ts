import type { ByteBuilder } from "./byte-builder.js";

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] = [
  34, 92, 44, 58, 91, 93, 123, 125,
] as const;

/** Names of the members of an object to keep. `within` lists the members to keep of a member that is an object. */
export interface MemberSelection {
  readonly names: readonly string[];
  readonly within: Readonly<Record<string, readonly string[]>>;
}

/** A name as bytes. With `inner`, its value is projected too. */
interface Name {
  readonly bytes: Buffer;
  readonly inner: Names | undefined;
}

/** Names by the hash of their bytes; several names can have one hash. */
type Names = ReadonlyMap<number, readonly Name[]>;

const seed = 5381;
const mix = (hash: number, byte: number): number => (Math.imul(hash, 33) ^ byte) | 0;

function namesOf(list: readonly string[], within: MemberSelection["within"] = {}): Names {
  const names = new Map<number, Name[]>();
  for (const name of new Set(list)) {
    const bytes = Buffer.from(name);
    const hash = bytes.reduce(mix, seed);
    const inner = Object.hasOwn(within, name) ? namesOf(within[name] ?? []) : undefined;
    names.set(hash, [...(names.get(hash) ?? []), { bytes, inner }]);
  }
  return names;
}

/**
 * Copies only the selected members of a JSON object, without parsing the rest, which is several times faster. An object that
 * is incomplete, nested deeply or has escapes in a name is left to the parser.
 */
export class JsonProjector {
  readonly #names: Names;

  constructor({ names, within }: MemberSelection) {
    this.#names = namesOf(names, within);
  }

  /**
   * Appends the selected members of the object that begins at `from`.
   * @returns the end of the object, or -1 if it is left to the parser
   */
  project(chunk: Buffer, from: number, into: ByteBuilder): number {
    if (chunk[from] !== openObject) return -1;
    const { size } = into;
    const end = projectObject(chunk, from, this.#names, into);
    if (end < 0) into.size = size;
    return end;
  }
}

function projectObject(chunk: Buffer, from: number, names: Names, into: ByteBuilder): number {
  into.put(openObject);
  let isFirst = true;
  let at = from + 1;
  for (;;) {
    at = afterSpace(chunk, at);
    if (chunk[at] === closeObject) break;
    const begin = at;
    if (chunk[at] !== quote) return -1;
    let hash = seed;
    let byte: number;
    for (byte = chunk[++at] ?? quote; byte !== quote; byte = chunk[++at] ?? quote) {
      // A name with escapes can be any name.
      if (byte === backslash) return -1;
      hash = mix(hash, byte);
    }
    const name = findName(names.get(hash), chunk, begin + 1, at);
    at = afterSpace(chunk, at + 1);
    if (chunk[at] !== colon) return -1;
    at = afterSpace(chunk, at + 1);
    if (name !== undefined && !isFirst) into.put(comma);
    if (name?.inner && chunk[at] === openObject) {
      into.copy(chunk, begin, at);
      at = projectObject(chunk, at, name.inner, into);
    } else {
      at = afterValue(chunk, at);
      if (name !== undefined && at > 0) into.copy(chunk, begin, at);
    }
    if (at < 0) return -1;
    isFirst &&= name === undefined;
    at = afterSpace(chunk, at);
    if (chunk[at] === comma) at += 1;
    else if (chunk[at] !== closeObject) return -1;
  }
  into.put(closeObject);
  return at + 1;
}

function findName(names: readonly Name[] = [], chunk: Buffer, from: number, to: number): Name | undefined {
  for (const name of names) if (isName(name, chunk, from, to)) return name;
  return undefined;
}

function isName({ bytes }: Name, chunk: Buffer, from: number, to: number): boolean {
  if (bytes.length !== to - from) return false;
  for (let at = from; at < to; at += 1) if (chunk[at] !== bytes[at - from]) return false;
  return true;
}

function afterSpace(chunk: Buffer, from: number): number {
  let at = from;
  for (let byte = chunk[at]; byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = chunk[at]) at += 1;
  return at;
}

/** Maximum nesting of a projected value, below the limit of the splitter. */
const MAX_DEPTH = 400;

/** Returns the end of a value, found by its brackets and quotes; -1 if the bytes end before. */
function afterValue(chunk: Buffer, from: number): number {
  const { length } = chunk;
  let depth = 0;
  let at = from;
  while (at < length) {
    const byte = chunk[at++] as number;
    if (byte === quote) {
      while (at < length) {
        const inner = chunk[at++] as number;
        if (inner === quote) break;
        if (inner === backslash) at += 1;
      }
      if (depth === 0) return at < length ? at : -1;
    } else if (byte === openObject || byte === openList) {
      // The splitter reports a document that is nested too deeply.
      if (++depth > MAX_DEPTH) return -1;
    } else if (byte === closeObject || byte === closeList) {
      // A number or a word ends before what closes its object.
      if (depth === 0) return at - 1;
      if (--depth === 0) return at;
    } else if (byte === comma && depth === 0) {
      return at - 1;
    }
  }
  return -1;
}
