import type { Growing } from "./growing.js";

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] = [
  34, 92, 44, 58, 91, 93, 123, 125,
] as const;

/** The members of an object that are kept; of those in `within` only what is listed there. */
export interface Keep {
  readonly names: readonly string[];
  readonly within: Readonly<Record<string, readonly string[]>>;
}

/** A name by its bytes; where it has `inner`, its value is cut too. */
interface Name {
  readonly bytes: Buffer;
  readonly inner: Names | undefined;
}

/** Names by the hash of their bytes. */
type Names = ReadonlyMap<number, Name>;

const seed = 5381;
const mix = (hash: number, byte: number): number => (Math.imul(hash, 33) ^ byte) | 0;

function namesOf(list: readonly string[], within: Keep["within"] = {}): Names {
  const names = new Map<number, Name>();
  for (const name of new Set(list)) {
    const bytes = Buffer.from(name);
    const hash = bytes.reduce(mix, seed);
    if (names.has(hash)) throw new Error(`two names have one hash: ${name}`);
    names.set(hash, { bytes, inner: Object.hasOwn(within, name) ? namesOf(within[name] ?? []) : undefined });
  }
  return names;
}

/**
 * Cuts what nobody will look at out of the JSON of an object, by its bytes: the rest is never parsed, which is several
 * times faster. It does so only where the object is whole and plainly written; any other is left to be parsed as it is.
 */
export class Cutter {
  readonly #names: Names;

  constructor({ names, within }: Keep) {
    this.#names = namesOf(names, within);
  }

  /**
   * Cuts the object that begins at a place, and appends what is kept of it.
   * @returns where it ends, or -1 where it is left as it is
   */
  cut(chunk: Buffer, from: number, into: Growing): number {
    if (chunk[from] !== openObject) return -1;
    const { size } = into;
    const end = cutObject(chunk, from, this.#names, into);
    if (end < 0) into.size = size;
    return end;
  }
}

function cutObject(chunk: Buffer, from: number, names: Names, into: Growing): number {
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
      // Spelled with escapes, it may be any name.
      if (byte === backslash) return -1;
      hash = mix(hash, byte);
    }
    const name = isName(names.get(hash), chunk, begin + 1, at);
    at = afterSpace(chunk, at + 1);
    if (chunk[at] !== colon) return -1;
    at = afterSpace(chunk, at + 1);
    if (name !== undefined && !isFirst) into.put(comma);
    if (name?.inner && chunk[at] === openObject) {
      into.copy(chunk, begin, at);
      at = cutObject(chunk, at, name.inner, into);
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

function isName(name: Name | undefined, chunk: Buffer, from: number, to: number): Name | undefined {
  if (name?.bytes.length !== to - from) return undefined;
  for (let at = from; at < to; at += 1) if (chunk[at] !== name.bytes[at - from]) return undefined;
  return name;
}

function afterSpace(chunk: Buffer, from: number): number {
  let at = from;
  for (let byte = chunk[at]; byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = chunk[at]) at += 1;
  return at;
}

/** Levels of a value that are looked through; see JsonElements. */
const deepest = 400;

/** Where a value ends, by its brackets and quotes; -1 where the bytes end before. */
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
      // Whoever splits the document says that it is nested too deeply.
      if (++depth > deepest) return -1;
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
