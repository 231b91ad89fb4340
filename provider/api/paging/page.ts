import { isDeepStrictEqual } from "node:util";
import type { Attributes } from "../../model/records.js";
import { parseJson } from "../http/json.js";
import { PageError } from "../errors/page-error.js";

/**
 * Returns the id of a record as a string. An integer is converted. A text with a lone surrogate is rejected, because the database
 * would make two such ids equal.
 */
export function idOf(record: Attributes): string | undefined {
  const id = record["id"];
  if (typeof id === "string") return id !== "" && id.isWellFormed() ? id : undefined;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

/** Returns the ids of the first and the last record of a page; undefined if it is empty. */
export function firstAndLastIdOf(page: readonly Attributes[]): readonly [first: string, last: string] | undefined {
  const [first, last] = [page[0], page.at(-1)];
  return first && last && [idOf(first) ?? "", idOf(last) ?? ""];
}

/**
 * Parses a page: an array of objects, each with a non-empty id. [assumption 5] Nothing else of a record is certain.
 * @throws PageError
 */
export function parsePage(body: Uint8Array): Attributes[] {
  const page = parseJson(body);
  if (!Array.isArray(page)) throw new PageError("shape", "the response is not an array");
  const found = new Map<string, unknown>();
  page.forEach((record: unknown, index) => {
    const id = typeof record === "object" && record !== null ? idOf(record as Attributes) : undefined;
    if (id === undefined) throw new PageError("shape", `record ${index} of a page is not an object with an id`);
    // Also the number 1 and the string "1", which would be ambiguous.
    if (found.has(id) && !isDeepStrictEqual(found.get(id), record)) {
      const plain = "a page has different records with the same id";
      throw new PageError("shape", `${plain} ${JSON.stringify(id)}`, plain);
    }
    found.set(id, record);
  });
  return page as Attributes[];
}
