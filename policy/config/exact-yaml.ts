import { basename } from "node:path";
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  visit,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
  type YAMLParseError,
} from "yaml";
import { printable, shorten } from "../../provider/platform/printable.js";

/** Options of the YAML parser, for code that edits a document in place. */
export const yamlOptions: ParseOptions & DocumentOptions & SchemaOptions = { schema: "core", intAsBigInt: true };

/** A parsed text with the position of each value. */
export interface ParsedYaml {
  readonly value: unknown;
  /** The parsed nodes, for code that edits the text. */
  readonly document: Document;
  /**
   * Returns line and column (`12:7`) of the value at a path, or of its key `key`. If there is no such value, those of the
   * nearest value around it.
   */
  placeOf(path: readonly PropertyKey[], key?: string): string;
}

/** A text that is not YAML. */
export class YamlError extends Error {
  override readonly name = "YamlError";

  /** @param place line and column, such as `12:7` */
  constructor(
    message: string,
    readonly place: string,
  ) {
    super(/call stack/.test(message) ? "it is nested too deeply" : message);
  }

  /** Returns the message for the file with the text. */
  describe(path: string): string {
    return `${path} is not YAML: ${basename(path)}:${this.place}: ${shorten(printable(this.message))}`;
  }
}

/**
 * Parses YAML (and JSON, which is YAML too) by the core schema: a date stays a text. An integer beyond ±2^53, which a
 * JavaScript number would round, becomes a text with its digits.
 * @throws YamlError if it is not YAML, is nested too deeply or has too many aliases
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  let alias = 0;
  try {
    const document = parseDocument(text, { ...yamlOptions, lineCounter: lines, prettyErrors: false });
    const [error] = document.errors;
    if (error) throw new YamlError(error.message, place(offsetOfError(error, document, text)));
    alias = checkNames(document, place);
    const value = document.toJS({ reviver: numberOf }) as unknown;
    return { value, document, placeOf: (path, key) => place(offsetOf(document, path, key)) };
  } catch (error) {
    throw toYamlError(error, place(alias));
  }
}

/** Returns where the mistake of an error begins. The parser reports the end of an open text, and the end before a second key. */
function offsetOfError({ code, pos: [offset] }: YAMLParseError, document: Document, text: string): number {
  if (code === "DUPLICATE_KEY") return offset + Math.max(0, text.slice(offset).search(/\S/));
  if (code !== "MISSING_CHAR") return offset;
  let start = offset;
  visit(document, {
    Scalar(_key, { type, range }) {
      if (range && type?.startsWith("QUOTE") && range[0] < offset && range[1] >= offset) start = range[0];
    },
  });
  return start;
}

/**
 * Rejects keys such as `__proto__`, which validation would miss, and aliases without an anchor.
 * @returns the offset of the first alias, if any, else 0
 */
function checkNames(document: Document, place: (offset: number) => string): number {
  const anchors = new Set<string>();
  let first: number | undefined;
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const offset = startOf(node) ?? 0;
        first ??= offset;
        if (!anchors.has(node.source))
          throw new YamlError(`there is no anchor "&${node.source}" before this alias`, place(offset));
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
    },
    Pair(_key, { key }) {
      if (nameOf(key) === "__proto__") throw new YamlError('there is no name "__proto__"', place(startOf(key) ?? 0));
    },
  });
  return first ?? 0;
}

/**
 * Converts an error of the parser: a RangeError for deep nesting, a ReferenceError for too many aliases.
 * @param alias the place of the first alias; of a text that is nested too deeply, its start
 */
function toYamlError(error: unknown, alias: string): unknown {
  if (!(error instanceof RangeError) && !(error instanceof ReferenceError)) return error;
  return new YamlError(error.message, alias);
}

/** Revives integers as numbers if a number can hold them. Rejects the key `__proto__` of an alias. */
function numberOf(key: unknown, value: unknown): unknown {
  if (key === "__proto__") throw new YamlError('there is no name "__proto__"', "1:1");
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function offsetOf(document: Document, path: readonly PropertyKey[], key: string | undefined): number {
  const steps = key === undefined ? path : [...path, key];
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [at, step] of steps.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(parent) ? parent.items.find((item) => nameOf(item.key) === String(step)) : undefined;
    node = isSeq(parent) ? parent.items[Number(step)] : pair?.value;
    const isKeyWanted = key !== undefined && at === steps.length - 1;
    offset = (isKeyWanted ? undefined : startOf(node)) ?? startOf(pair?.key) ?? offset;
  }
  return offset;
}

/** Returns the name of a key. A key without a text becomes an empty name. */
function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? "") : String(key);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
