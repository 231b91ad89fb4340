import { collections } from "../../model/records.js";
import type { Anonymizer } from "./anonymizer.js";
import { knownMediaType } from "../http/media-type.js";
import { isIdentifier, isEnumLikeValue } from "./identifiers.js";
import { isFieldList } from "../../model/vendor-fields.js";

/** Members whose keys are names from the description, not fields of OpenAPI. */
const names =
  /^(properties|headers|responses|schemas|parameters|definitions|securitySchemes|requestBodies|paths|content)$/;

/** Members that may hold customer data in any field. */
const samples = /^(examples?|default|x-.*)$/i;

/** Limits of lengths and sizes. */
const bounds = /^(minimum|maximum|(min|max)(Length|Items))$/;
const MAX_BOUND = 1_000_000;

/** Fields of OpenAPI that describe calls and responses, and the texts that they may hold. */
const words: readonly (readonly [RegExp, (text: string) => boolean])[] = [
  [/^(in|type|style|enum)$/, isEnumLikeValue],
  [/^enum$/, isFieldList],
  [/^format$/, (text) => /^[a-z]+(-[a-z]+)*\d{0,2}$/.test(text)],
  [/^(openapi|swagger)$/, (text) => /^\d(\.\d{1,2}){0,2}$/.test(text)],
  [/^(required|operationId)$/, isIdentifier],
];

const KNOWN_SEGMENTS: ReadonlySet<string> = new Set(["", "status", "version", "doc", ...Object.values(collections)]);

/**
 * Anonymizes the OpenAPI description of the API so that it stays valid. Replaces prose, titles, addresses, people and examples.
 * @param field name of the field with this value
 */
export function anonymizeOpenApi(original: unknown, anonymizer: Anonymizer, field = ""): unknown {
  if (Array.isArray(original)) {
    const within = names.test(field) ? "" : field;
    return original.map((entry) => anonymizeOpenApi(entry, anonymizer, within));
  }
  if (typeof original === "string") return textOf(original, field, anonymizer);
  if (typeof original === "number") {
    return bounds.test(field) && Math.abs(original) <= MAX_BOUND ? original : anonymizer.all(original);
  }
  if (typeof original !== "object" || original === null) return original;
  // People, licences and tags have names, too. Only a parameter has `in`.
  const isParameter = typeof (original as { in?: unknown }).in === "string";
  return Object.fromEntries(
    Object.entries(original).map(([name, entry]: [string, unknown]) => {
      const shown = keyOf(name, anonymizer);
      if (name === "name" && isParameter && typeof entry === "string" && isName(entry)) return [shown, entry];
      if (names.test(field)) return [shown, anonymizeOpenApi(entry, anonymizer)];
      return [shown, samples.test(name) ? anonymizer.all(entry) : anonymizeOpenApi(entry, anonymizer, name)];
    }),
  );
}

function isName(text: string): boolean {
  return isIdentifier(text) || isFieldList(text);
}

function textOf(text: string, field: string, anonymizer: Anonymizer): string {
  // A reference within the document consists of keys.
  if (field === "$ref" && text.startsWith("#/")) return reference(text, anonymizer);
  return words.some(([name, isKept]) => name.test(field) && isKept(text)) ? text : anonymizer.text(text);
}

/** Returns the JSON pointer (RFC 6901) with anonymized keys. */
function reference(text: string, anonymizer: Anonymizer): string {
  const keys = text.slice(2).split("/");
  const shown = keys.map((key) => keyOf(key.replaceAll("~1", "/").replaceAll("~0", "~"), anonymizer));
  return `#/${shown.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}

/** Anonymizes a key: the name of a field, a schema or a parameter, a path, a status or a media type. */
function keyOf(name: string, anonymizer: Anonymizer): string {
  if (name.startsWith("/"))
    return name
      .split("/")
      .map((segment) => segmentOf(segment, anonymizer))
      .join("/");
  if (isIdentifier(name) || /^[1-5](\d\d|XX)$/.test(name)) return name;
  const type = name.split(";")[0]?.trim() ?? "";
  return knownMediaType(type) === type ? type : anonymizer.text(name);
}

/** Anonymizes a path. Keeps the segments that the client knows, and placeholders of ids. */
function segmentOf(segment: string, anonymizer: Anonymizer): string {
  const [, placeholder] = /^\{(.*)\}$/.exec(segment) ?? [];
  const isKept = placeholder === undefined ? KNOWN_SEGMENTS.has(segment) : isIdentifier(placeholder);
  return isKept ? segment : anonymizer.text(segment);
}
