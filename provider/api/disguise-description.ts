import { longestWord, type Disguise } from "./disguise.js";

/** Fields of OpenAPI that say how the API is called and what its answers are like. */
const words = /^(in|type|format|required|enum|style|openapi|swagger|operationId)$/;

/** In these, what looks like a field of OpenAPI is the name of something that is described. */
const names = /^(properties|headers)$/;

/** How long and how large something may be. */
const bounds = /^(minimum|maximum|(min|max)(Length|Items))$/;

/** What stands in these may be of a customer, whatever its fields are called. */
const samples = /^(examples?|default|x-.*)$/;

/**
 * What the API says of itself in OpenAPI, so that it can still be read as such: prose, titles, addresses, people and examples
 * are replaced.
 */
export function disguiseDescription(original: unknown, disguise: Disguise, field = ""): unknown {
  if (Array.isArray(original)) return original.map((entry) => disguiseDescription(entry, disguise, field));
  if (typeof original !== "object" || original === null) {
    return isKept(original, field) ? original : disguise.value(original);
  }
  // People, licences and tags have names, too: only what is sent has a place.
  const isParameter = typeof (original as { in?: unknown }).in === "string";
  return Object.fromEntries(
    Object.entries(original).map(([name, entry]: [string, unknown]) => {
      if (name === "name" && isParameter && isShort(entry)) return [name, entry];
      const isSample = !names.test(field) && samples.test(name);
      return [name, isSample ? disguise.value(entry) : disguiseDescription(entry, disguise, name)];
    }),
  );
}

function isShort(value: unknown): boolean {
  return typeof value === "string" && value.length <= longestWord;
}

function isKept(value: unknown, field: string): boolean {
  if (typeof value === "number") return words.test(field) || bounds.test(field);
  // Within the same text it is made of names of fields.
  if (field === "$ref") return String(value).startsWith("#/");
  return words.test(field) && isShort(value);
}
