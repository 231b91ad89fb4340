import { DriftError } from "../errors.js";
import type { Cutter } from "./cut.js";

/** Which parts of a document are handed out, and which are passed over; a path is its keys, `*` for a list's entry. */
export interface Wanted {
  /** Is this a list whose entries are handed out one by one? */
  elements(path: readonly string[]): boolean;
  /** Is this of no interest? */
  skips(path: readonly string[]): boolean;
  /** Cuts the entries of a list down to what is wanted of them, where it can. */
  cutter?(path: readonly string[]): Cutter | undefined;
}

/** An entry of a wanted list, as JSON. */
export interface Element {
  readonly path: readonly string[];
  readonly text: string;
}

/** Entries of one list, as JSON; or, at the end, what stood around all of them. */
export type Piece = { readonly path: Element["path"]; readonly texts: readonly string[] } | { readonly rest: unknown };

interface Container {
  readonly isObject: boolean;
  readonly isElements: boolean;
  readonly cutter?: Cutter | undefined;
  /** The key that the next value belongs to. */
  key: string;
  expectsKey: boolean;
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
 * Splits a JSON document of any size by its bytes: each entry of a wanted list is handed out to be parsed by itself, cut down to what is wanted; of the rest `end` gives the value, with 0 in the place of each entry. So no text is ever longer than one entry.
 */
export class JsonElements {
  readonly #wanted: Wanted;
  readonly #source: string;
  readonly #stack: Container[] = [];
  #rest = Buffer.allocUnsafe(4096);
  #restSize = 0;
  /** Outside entries: the key or text that has begun. */
  #inString = false;
  #escaped = false;
  #keyParts: number[] | undefined;
  /** Inside an entry or a value that is passed over. */
  #isInside = false;
  #depth = 0;
  #skipping = false;
  #parts: Buffer[] = [];

  constructor(wanted: Wanted, source: string) {
    this.#wanted = wanted;
    this.#source = source;
  }

  /** Takes more bytes; the entries that end in them are handed out, each to be used before the next. */
  *push(chunk: Buffer): Generator<Element> {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#isInside) {
        at = this.#outside(chunk, at);
        const cutter = this.#isInside && !this.#skipping ? this.#stack.at(-1)?.cutter : undefined;
        if (!cutter) continue;
        const path = this.#path();
        // One entry after the other, as long as each is whole here; any other takes the long way.
        for (let end = cutter.cut(chunk, at); end >= 0; end = cutter.cut(chunk, at)) {
          yield { path, text: cutter.text() };
          at = nextObject(chunk, end);
          this.#isInside = at >= 0;
          if (at < 0) {
            at = end;
            break;
          }
          this.#keep(another);
        }
        continue;
      }
      const end = this.#inside(chunk, at);
      const part = chunk.subarray(at, end);
      at = end;
      // The reader may use the chunk again: what must outlast it is copied.
      if (!this.#skipping) this.#parts.push(this.#depth > 0 ? Buffer.from(part) : part);
      if (this.#depth > 0) return;
      this.#isInside = false;
      if (!this.#skipping) {
        const [only = Buffer.alloc(0)] = this.#parts;
        const whole = this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
        yield { path: this.#path(), text: whole.toString() };
      }
      this.#parts = [];
    }
  }

  /** The rest of the document. @throws DriftError where it is not whole */
  end(): unknown {
    try {
      if (this.#isInside) throw new SyntaxError("it ends inside an entry");
      return JSON.parse(this.#rest.toString("utf8", 0, this.#restSize)) as unknown;
    } catch {
      throw new DriftError(
        `${this.#source} is not whole JSON: it was cut short, or is something else; export it again`,
      );
    }
  }

  #path(): string[] {
    return this.#stack.map(({ isObject, key }) => (isObject ? key : "*"));
  }

  #keep(part: Buffer): void {
    const size = this.#restSize + part.length;
    if (size > largestRest)
      throw new DriftError(`${this.#source} is no state: it holds more beside its resources than any state does`);
    if (size > this.#rest.length) {
      const larger = Buffer.allocUnsafe(2 * size);
      this.#rest.copy(larger, 0, 0, this.#restSize);
      this.#rest = larger;
    }
    part.copy(this.#rest, this.#restSize);
    this.#restSize = size;
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
        depth += 1;
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
      } else {
        this.#structure(byte);
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
      top.key = Buffer.from(this.#keyParts).toString("utf8");
      top.expectsKey = false;
    }
    this.#keyParts = undefined;
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
    } else if (byte === openObject) {
      this.#stack.push({ isObject: true, isElements: false, key: "", expectsKey: true });
    } else if (byte === openList) {
      const path = this.#path();
      const isElements = this.#wanted.elements(path);
      const cutter = isElements ? this.#wanted.cutter?.([...path, "*"]) : undefined;
      this.#stack.push({ isObject: false, isElements, cutter, key: "", expectsKey: false });
    } else if (byte === closeObject || byte === closeList) {
      this.#stack.pop();
    } else if (byte === comma && top?.isObject) {
      top.expectsKey = true;
    } else if (byte === colon && top) {
      top.expectsKey = false;
    }
  }
}

/** One after the other, those of one list together. */
export function* inPieces(elements: Iterable<Element>): Generator<Piece> {
  let path: Element["path"] | undefined;
  let texts: string[] = [];
  for (const element of elements) {
    if (path !== undefined && element.path !== path) {
      yield { path, texts };
      texts = [];
    }
    path = element.path;
    texts.push(element.text);
  }
  if (path !== undefined) yield { path, texts };
}
