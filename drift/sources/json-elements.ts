import { DriftError } from "../errors.js";
import type { Cutter } from "./cut.js";
import { Growing } from "./growing.js";
import { headLength, whyMore, whyNotJson } from "./refused.js";

/** Which parts of a document are handed out, and which are passed over; a path is its keys, `*` for a list's entry. */
export interface Wanted {
  /** Is this a list whose entries are handed out one by one? */
  elements(path: readonly string[]): boolean;
  /** Is this of no interest? */
  skips(path: readonly string[]): boolean;
  /** Cuts the entries of a list down to what is wanted of them, where it can. */
  cutter?(path: readonly string[]): Cutter | undefined;
}

/** Entries of one list, as the bytes of a JSON list; or, at the end, what stood around all of them. */
export type Piece = Entries | { readonly rest: unknown };

/** Entries of one list. */
export interface Entries {
  readonly path: readonly string[];
  readonly json: Uint8Array<ArrayBuffer>;
}

interface Container {
  readonly isObject: boolean;
  readonly isElements: boolean;
  /** Where its entries stand. */
  readonly path?: readonly string[];
  readonly cutter?: Cutter | undefined;
  /** The key that the next value belongs to. */
  key: string;
  expectsKey: boolean;
}

/** How deep an entry may be nested: it is looked through step by step. */
const deepest = 500;

/** @param source what messages call it */
function tooDeep(source: string): string {
  return `${source} is no state: something in it is nested more than ${deepest} levels deep`;
}

/** What a document may hold outside the wanted lists. */
const largestRest = 64 * 1024 * 1024;

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] = [
  34, 92, 44, 58, 91, 93, 123, 125,
];

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

/** What stands for an entry in the rest, and for another after it. */
const [one, another] = [Buffer.from("0"), Buffer.from(",0")];

/** Where the object after a comma begins; -1 where there is none in these bytes. */
function nextObject(chunk: Buffer, from: number): number {
  let at = from;
  while (isSpace(chunk[at] ?? 0)) at += 1;
  if (chunk[at] !== comma) return -1;
  at += 1;
  while (isSpace(chunk[at] ?? 0)) at += 1;
  return chunk[at] === openObject ? at : -1;
}

/**
 * Splits a JSON document of any size by its bytes: each entry of a wanted list is handed out, cut down to what is wanted; of the rest `end` gives
 * the value, with 0 in the place of each entry. So no text is ever longer than a chunk and an entry.
 */
export class JsonElements {
  readonly #wanted: Wanted;
  readonly #source: string;
  readonly #stack: Container[] = [];
  readonly #rest = new Growing(4096);
  /** The entries that are not handed out yet, and their list. */
  readonly #entries = new Growing(64 * 1024);
  #list: Container | undefined;
  readonly #lists = new Set<string>();
  /** The first bytes, until it is known whether they may begin JSON. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** Where in the rest the document ended. */
  #end: number | undefined;
  /** Outside entries: the key or text that has begun. */
  #inString = false;
  #escaped = false;
  #keyParts: number[] | undefined;
  /** Inside an entry or a value that is passed over. */
  #isInside = false;
  #depth = 0;
  #skipping = false;

  constructor(wanted: Wanted, source: string) {
    this.#wanted = wanted;
    this.#source = source;
  }

  /** Takes more bytes; hands out the entries that end in them. */
  *push(chunk: Buffer): Generator<Entries> {
    if (this.#head) this.#look(Buffer.concat([this.#head, chunk.subarray(0, headLength)]));
    let at = 0;
    while (at < chunk.length) {
      if (!this.#isInside) {
        at = this.#outside(chunk, at);
        if (!this.#isInside || this.#skipping) continue;
        if (this.#list !== this.#stack.at(-1)) yield* this.#handOut();
        this.#list = this.#stack.at(-1);
        at = this.#cut(chunk, at);
        continue;
      }
      const end = this.#inside(chunk, at);
      if (!this.#skipping) this.#entries.copy(chunk, at, end);
      at = end;
      if (this.#depth > 0) break;
      this.#isInside = false;
    }
    // What has begun stays with those before it until it ends.
    if (!this.#isInside || this.#skipping) yield* this.#handOut();
  }

  *#handOut(): Generator<Entries> {
    if (this.#entries.size === 0) return;
    this.#entries.put(closeList);
    // The list that they are of: what has begun since may lie deeper.
    yield { path: this.#list?.path ?? [], json: new Uint8Array(this.#entries.bytes) };
    this.#entries.size = 0;
    this.#list = undefined;
  }

  /** Cuts one entry after the other, as long as each is whole here; any other is left to be taken as it is. */
  #cut(chunk: Buffer, from: number): number {
    let at = from;
    for (;;) {
      this.#entries.put(this.#entries.size === 0 ? openList : comma);
      const end = this.#list?.cutter?.cut(chunk, at, this.#entries) ?? -1;
      if (end < 0) return at;
      at = nextObject(chunk, end);
      if (at < 0) {
        this.#isInside = false;
        return end;
      }
      this.#keep(another);
    }
  }

  /** @throws DriftError where these first bytes begin something else than JSON */
  #look(head: Buffer, isAll = false): void {
    this.#head = head.length < headLength && !isAll ? head : undefined;
    const why = this.#head ? undefined : whyNotJson(head);
    if (why !== undefined) throw new DriftError(`${this.#source} ${why}`);
  }

  /** The rest of the document. @throws DriftError where it is not whole */
  end(): unknown {
    if (this.#head) this.#look(this.#head, true);
    if (!this.#isInside && this.#rest.bytes.every(isSpace))
      throw new DriftError(`${this.#source} is empty: did the command fail that should have written it?`);
    try {
      if (this.#isInside) throw new SyntaxError("it ends inside an entry");
      return JSON.parse(this.#rest.bytes.toString()) as unknown;
    } catch {
      throw this.#end === undefined ? this.#notWhole() : this.#hasMore(this.#end);
    }
  }

  /** @param end where the first document ended */
  #hasMore(end: number): DriftError {
    const after = this.#rest.bytes.toString("utf8", end);
    let first: unknown;
    try {
      first = JSON.parse(this.#rest.bytes.toString("utf8", 0, end));
    } catch {
      return this.#notWhole();
    }
    return this.#refused(whyMore(first, after));
  }

  #path(): string[] {
    return this.#stack.map(({ isObject, key }) => (isObject ? key : "*"));
  }

  #keep(part: Buffer): void {
    this.#rest.copy(part);
    if (this.#rest.size > largestRest)
      throw new DriftError(`${this.#source} is no state: it holds more beside its resources than any state does`);
  }

  /** Goes to where the value that has begun ends, or to the end of the chunk. */
  #inside(chunk: Buffer, from: number): number {
    let [depth, inString, escaped] = [this.#depth, this.#inString, this.#escaped];
    const length = chunk.length;
    let at = from;
    while (at < length) {
      const byte = chunk[at++] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) {
        inString = true;
      } else if (byte === openObject || byte === openList) {
        if (++depth > deepest) throw new DriftError(tooDeep(this.#source));
      } else if ((byte === closeObject || byte === closeList) && --depth === 0) {
        break;
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return at;
  }

  /** Keeps what stands outside entries, until one begins or the chunk ends. */
  #outside(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.#inString) {
        this.#text(chunk, at, byte);
      } else if (this.#begins(byte)) {
        this.#keep(chunk.subarray(from, at));
        this.#keep(one);
        this.#isInside = true;
        return at;
      } else if (this.#end !== undefined && (byte === openObject || byte === openList)) {
        this.#keep(chunk.subarray(from, at));
        throw this.#hasMore(this.#end);
      } else {
        this.#structure(byte);
        if (this.#stack.length === 0 && (byte === closeObject || byte === closeList))
          this.#end ??= this.#rest.size + at + 1 - from;
      }
    }
    this.#keep(chunk.subarray(from));
    return chunk.length;
  }

  #text(chunk: Buffer, at: number, byte: number): void {
    const ends = byte === quote && !this.#escaped;
    this.#escaped = byte === backslash && !this.#escaped;
    if (!ends) {
      this.#keyParts?.push(byte);
      return;
    }
    this.#inString = false;
    const top = this.#stack.at(-1);
    if (this.#keyParts && top) {
      top.key = this.#keyOf(Buffer.from(this.#keyParts).toString("utf8"));
      top.expectsKey = false;
    }
    this.#keyParts = undefined;
  }

  /** Of two lists of one name a reader of JSON takes the last: which was meant nobody knows. */
  #mustBeNew(path: readonly string[]): void {
    const place = path.join(".");
    if (path.includes("*")) return;
    if (this.#lists.has(place)) throw new DriftError(`${this.#source} has ${place} twice: export it again`);
    this.#lists.add(place);
  }

  /** A key may be spelled with escapes. */
  #keyOf(text: string): string {
    try {
      return text.includes("\\") ? String(JSON.parse(`"${text}"`)) : text;
    } catch {
      throw this.#notWhole();
    }
  }

  #notWhole(): DriftError {
    return this.#refused("is not whole JSON: it was cut short, or is something else; export it again");
  }

  /** What the first bytes say comes first, also where they are few. */
  #refused(why: string): DriftError {
    return new DriftError(`${this.#source} ${(this.#head && whyNotJson(this.#head)) ?? why}`);
  }

  /** Does an entry begin here, or a value that is passed over? */
  #begins(byte: number): boolean {
    const top = this.#stack.at(-1);
    if (!top || isSpace(byte)) return false;
    const opens = byte === openObject || byte === openList;
    if (top.isElements && byte !== comma && byte !== closeList) {
      if (!opens) throw new DriftError(`${this.#source} is no state: an entry of its resources is no object`);
      this.#skipping = false;
      return true;
    }
    this.#skipping = opens && this.#wanted.skips(this.#path());
    return this.#skipping;
  }

  #structure(byte: number): void {
    const top = this.#stack.at(-1);
    if (byte === quote) {
      this.#inString = true;
      this.#keyParts = top?.expectsKey ? [] : undefined;
    } else if ((byte === openObject || byte === openList) && this.#stack.length >= deepest) {
      throw new DriftError(tooDeep(this.#source));
    } else if (byte === openObject) {
      this.#stack.push({ isObject: true, isElements: false, key: "", expectsKey: true });
    } else if (byte === openList) {
      const path = this.#path();
      const isElements = this.#wanted.elements(path);
      const cutter = isElements ? this.#wanted.cutter?.(path) : undefined;
      if (isElements) this.#mustBeNew(path);
      this.#stack.push({ isObject: false, isElements, path: [...path, "*"], cutter, key: "", expectsKey: false });
    } else if (byte === closeObject || byte === closeList) {
      this.#stack.pop();
    } else if (byte === comma && top?.isObject) {
      top.expectsKey = true;
    } else if (byte === colon && top) {
      top.expectsKey = false;
    }
  }
}
