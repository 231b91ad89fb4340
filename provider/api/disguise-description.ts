import { collections } from "../inventory/records.js";
import type { Disguise } from "./disguise.js";
import { knownMediaType } from "./media-type.js";
import { isIdentifier, isWord } from "./plain-words.js";
import { isFieldList } from "./vendor-fields.js";

/** In these, what looks like a field of OpenAPI is the name of something that is described. */
const names =
  /^(properties|headers|responses|schemas|parameters|definitions|securitySchemes|requestBodies|paths|content)$/;

/** What stands in these may be of a customer, whatever its fields are called. */
const samples = /^(examples?|default|x-.*)$/i;

/** How long and how large something may be. */
const bounds = /^(minimum|maximum|(min|max)(Length|Items))$/;
const largestBound = 1_000_000;

/** Fields of OpenAPI that say how the API is called and what its answers are like, and the texts that they may hold. */
const words: readonly (readonly [RegExp, (text: string) => boolean])[] = [
  [/^(in|type|style|enum)$/, isWord],
  [/^enum$/, isFieldList],
  [/^format$/, (text) => /^[a-z]+(-[a-z]+)*\d{0,2}$/.test(text)],
  [/^(openapi|swagger)$/, (text) => /^\d(\.\d{1,2}){0,2}$/.test(text)],
  [/^(required|operationId)$/, isIdentifier],
];

const known: ReadonlySet<string> = new Set(["", "status", "version", "doc", ...Object.values(collections)]);

/**
 * What the API says of itself in OpenAPI, so that it can still be read as such: prose, titles, addresses, people and examples
 * are replaced.
 * @param field that it is the value of
 */
export function disguiseDescription(original: unknown, disguise: Disguise, field = ""): unknown {
  if (Array.isArray(original)) {
    const within = names.test(field) ? "" : field;
    return original.map((entry) => disguiseDescription(entry, disguise, within));
  }
  if (typeof original === "string") return textOf(original, field, disguise);
  if (typeof original === "number") {
    return bounds.test(field) && Math.abs(original) <= largestBound ? original : disguise.all(original);
  }
  if (typeof original !== "object" || original === null) return original;
  // People, licences and tags have names, too: only what is sent has a place.
  const isParameter = typeof (original as { in?: unknown }).in === "string";
  return Object.fromEntries(
    Object.entries(original).map(([name, entry]: [string, unknown]) => {
      const shown = keyOf(name, disguise);
      if (name === "name" && isParameter && typeof entry === "string" && isName(entry)) return [shown, entry];
      if (names.test(field)) return [shown, disguiseDescription(entry, disguise)];
      return [shown, samples.test(name) ? disguise.all(entry) : disguiseDescription(entry, disguise, name)];
    }),
  );
}

function isName(text: string): boolean {
  return isIdentifier(text) || isFieldList(text);
}

function textOf(text: string, field: string, disguise: Disguise): string {
  // Within the same text it is made of keys.
  if (field === "$ref" && text.startsWith("#/")) return reference(text, disguise);
  return words.some(([name, isKept]) => name.test(field) && isKept(text)) ? text : disguise.text(text);
}

/** A JSON pointer (RFC 6901) to where its keys are now. */
function reference(text: string, disguise: Disguise): string {
  const keys = text.slice(2).split("/");
  const shown = keys.map((key) => keyOf(key.replaceAll("~1", "/").replaceAll("~0", "~"), disguise));
  return `#/${shown.map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}

/** The name of a field, a schema, a parameter; a path, a status or a media type. */
function keyOf(name: string, disguise: Disguise): string {
  if (name.startsWith("/"))
    return name
      .split("/")
      .map((segment) => segmentOf(segment, disguise))
      .join("/");
  if (isIdentifier(name) || /^[1-5](\d\d|XX)$/.test(name)) return name;
  const type = name.split(";")[0]?.trim() ?? "";
  return knownMediaType(type) === type ? type : disguise.text(name);
}

/** Of a path stays what the client knows, and what stands for an id. */
function segmentOf(segment: string, disguise: Disguise): string {
  const [, placeholder] = /^\{(.*)\}$/.exec(segment) ?? [];
  const isKept = placeholder === undefined ? known.has(segment) : isIdentifier(placeholder);
  return isKept ? segment : disguise.text(segment);
}
