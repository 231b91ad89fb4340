import { DriftError } from "../../common/errors.js";
import type { JsonProjector } from "./project.js";
import { ByteBuilder } from "./byte-builder.js";
import { headLength, whyMore, whyNotJson } from "./refused.js";

/** Selects the parts of a document to read. A path is a list of keys, `*` for an entry of a list. */
export interface Selector {
  /** Returns whether the list at this path has the entries to read. */
  elements(path: readonly string[]): boolean;
  /** Returns whether the value at this path is ignored. */
  skips(path: readonly string[]): boolean;
  /** Returns the projector for the entries of the list at this path; without one they are kept whole. */
  projector?(path: readonly string[]): JsonProjector | undefined;
}

/** Entries of one list, or, as the last piece, the document without its entries. */
export type Piece = Entries | { readonly rest: unknown };

/** Entries of one list, as the bytes of a JSON list. */
export interface Entries {
  readonly path: readonly string[];
  readonly json: Uint8Array<ArrayBuffer>;
}

interface Container {
  readonly isObject: boolean;
  readonly isElements: boolean;
  /** The path of its entries. */
  readonly path?: readonly string[];
  readonly projector?: JsonProjector | undefined;
  /** The key that the next value belongs to. */
  key: string;
  expectsKey: boolean;
}

/** Maximum nesting of a document, which checks of its values recurse into. */
const MAX_JSON_DEPTH = 500;

/** Returns the message for too deep nesting. @param source name in messages */
function tooDeep(source: string): string {
  return `${source} is not a state: it is nested more than ${MAX_JSON_DEPTH} levels deep`;
}

/** Maximum size of a document without its entries: 64 MB. */
const MAX_REST_BYTES = 64 * 1024 * 1024;

const [quote, backslash, comma, colon, openList, closeList, openObject, closeObject] = [
  34, 92, 44, 58, 91, 93, 123, 125,
];

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

/** The placeholder for an entry in the rest, and for a further one. */
const [one, another] = [Buffer.from("0"), Buffer.from(",0")];

/** Returns where the object after a comma begins, or -1. */
function nextObject(chunk: Buffer, from: number): number {
  let at = from;
  while (isSpace(chunk[at] ?? 0)) at += 1;
  if (chunk[at] !== comma) return -1;
  at += 1;
  while (isSpace(chunk[at] ?? 0)) at += 1;
  return chunk[at] === openObject ? at : -1;
}

/**
 * Splits a JSON document of any size by its bytes. `push` yields the entries of the selected lists, projected; `end` returns
 * the rest, with 0 in the place of each entry. No string is longer than a chunk and an entry, so V8's limit does not apply.
 */
export class JsonSplitter {
  readonly #selector: Selector;
  readonly #source: string;
  readonly #stack: Container[] = [];
  readonly #rest = new ByteBuilder(4096);
  /** Entries that were not yielded yet, and their list. */
  readonly #entries = new ByteBuilder(64 * 1024);
  #list: Container | undefined;
  readonly #lists = new Set<string>();
  /** The first bytes, until there are enough to recognize other formats. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** The end of the document in the rest. */
  #end: number | undefined;
  /** Outside entries: the key or string that has begun. */
  #inString = false;
  #escaped = false;
  #keyParts: number[] | undefined;
  /** Inside an entry or an ignored value. */
  #isInside = false;
  #depth = 0;
  #skipping = false;

  constructor(selector: Selector, source: string) {
    this.#selector = selector;
    this.#source = source;
  }

  /** Takes more bytes and yields the entries that end in them. */
  *push(chunk: Buffer): Generator<Entries> {
    if (this.#head) this.#checkHead(Buffer.concat([this.#head, chunk.subarray(0, headLength)]));
    let at = 0;
    while (at < chunk.length) {
      if (!this.#isInside) {
        at = this.#outside(chunk, at);
        if (!this.#isInside || this.#skipping) continue;
        if (this.#list !== this.#stack.at(-1)) yield* this.#flush();
        this.#list = this.#stack.at(-1);
        at = this.#project(chunk, at);
        continue;
      }
      const end = this.#inside(chunk, at);
      if (!this.#skipping) this.#entries.copy(chunk, at, end);
      at = end;
      if (this.#depth > 0) break;
      this.#isInside = false;
    }
    // An entry that has begun stays with those before it until it ends.
    if (!this.#isInside || this.#skipping) yield* this.#flush();
  }

  *#flush(): Generator<Entries> {
    if (this.#entries.size === 0) return;
    this.#entries.put(closeList);
    // The list of these entries: the stack can be deeper now.
    yield { path: this.#list?.path ?? [], json: new Uint8Array(this.#entries.bytes) };
    this.#entries.size = 0;
    this.#list = undefined;
  }

  /** Projects entries while each is whole in this chunk; another is copied whole by `push`. */
  #project(chunk: Buffer, from: number): number {
    let at = from;
    for (;;) {
      this.#entries.put(this.#entries.size === 0 ? openList : comma);
      const end = this.#list?.projector?.project(chunk, at, this.#entries) ?? -1;
      if (end < 0) return at;
      at = nextObject(chunk, end);
      if (at < 0) {
        this.#isInside = false;
        return end;
      }
      this.#keep(another);
    }
  }

  /** @throws DriftError if these first bytes are not the beginning of JSON */
  #checkHead(head: Buffer, isAll = false): void {
    this.#head = head.length < headLength && !isAll ? head : undefined;
    const why = this.#head ? undefined : whyNotJson(head);
    if (why !== undefined) throw new DriftError(`${this.#source} ${why}`);
  }

  /** Returns the document without its entries. @throws DriftError if it is not whole */
  end(): unknown {
    if (this.#head) this.#checkHead(this.#head, true);
    if (!this.#isInside && this.#rest.bytes.every(isSpace))
      throw new DriftError(`${this.#source} is empty: check whether the command that wrote it failed`);
    try {
      if (this.#isInside) throw new SyntaxError("it ends inside an entry");
      return JSON.parse(this.#rest.bytes.toString()) as unknown;
    } catch {
      throw this.#end === undefined ? this.#notWhole() : this.#hasMore(this.#end);
    }
  }

  /** @param end the end of the first document */
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
    if (this.#rest.size > MAX_REST_BYTES)
      throw new DriftError(`${this.#source} is not a state: it has more than 64 MB outside its list of resources`);
  }

  /** Returns the end of the value that has begun, or the end of the chunk. */
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
        if (++depth > MAX_JSON_DEPTH) throw new DriftError(tooDeep(this.#source));
      } else if ((byte === closeObject || byte === closeList) && --depth === 0) {
        break;
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return at;
  }

  /** Keeps bytes outside entries until an entry begins or the chunk ends. */
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

  /** Rejects a duplicate list: `JSON.parse` would take the last one silently. */
  #mustBeNew(path: readonly string[]): void {
    const place = path.join(".");
    if (path.includes("*")) return;
    if (this.#lists.has(place)) throw new DriftError(`${this.#source} has ${place} twice: export it again`);
    this.#lists.add(place);
  }

  /** Decodes a key, which can have escapes. */
  #keyOf(text: string): string {
    try {
      return text.includes("\\") ? String(JSON.parse(`"${text}"`)) : text;
    } catch {
      throw this.#notWhole();
    }
  }

  #notWhole(): DriftError {
    return this.#refused("is not complete JSON: it is truncated or another format; export it again");
  }

  /** Reports what the first bytes reveal rather than `why`, also if the document is short. */
  #refused(why: string): DriftError {
    return new DriftError(`${this.#source} ${(this.#head && whyNotJson(this.#head)) ?? why}`);
  }

  /** Returns whether an entry or an ignored value begins here. */
  #begins(byte: number): boolean {
    const top = this.#stack.at(-1);
    if (!top || isSpace(byte)) return false;
    const opens = byte === openObject || byte === openList;
    if (top.isElements && byte !== comma && byte !== closeList) {
      if (!opens) throw new DriftError(`${this.#source} is not a state: an entry of its resources is not an object`);
      this.#skipping = false;
      return true;
    }
    this.#skipping = opens && this.#selector.skips(this.#path());
    return this.#skipping;
  }

  #structure(byte: number): void {
    const top = this.#stack.at(-1);
    if (byte === quote) {
      this.#inString = true;
      this.#keyParts = top?.expectsKey ? [] : undefined;
    } else if ((byte === openObject || byte === openList) && this.#stack.length >= MAX_JSON_DEPTH) {
      throw new DriftError(tooDeep(this.#source));
    } else if (byte === openObject) {
      this.#stack.push({ isObject: true, isElements: false, key: "", expectsKey: true });
    } else if (byte === openList) {
      const path = this.#path();
      const isElements = this.#selector.elements(path);
      const projector = isElements ? this.#selector.projector?.(path) : undefined;
      if (isElements) this.#mustBeNew(path);
      this.#stack.push({ isObject: false, isElements, path: [...path, "*"], projector, key: "", expectsKey: false });
    } else if (byte === closeObject || byte === closeList) {
      this.#stack.pop();
    } else if (byte === comma && top?.isObject) {
      top.expectsKey = true;
    } else if (byte === colon && top) {
      top.expectsKey = false;
    }
  }
}
