import { isDeepStrictEqual } from "node:util";
import type { Attributes } from "../inventory/records.js";
import { parseJson } from "./json.js";
import { PageError } from "./page-error.js";

/**
 * The id of a record as a string: a whole number is taken and turned into one. A text that is half a character is none:
 * a database would make one of two such.
 */
export function idOf(record: Attributes): string | undefined {
  const id = record["id"];
  if (typeof id === "string") return id !== "" && id.isWellFormed() ? id : undefined;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

/** The ids of the first and the last record of a page; undefined where it is empty. */
export function endsOf(page: readonly Attributes[]): readonly [first: string, last: string] | undefined {
  const [first, last] = [page[0], page.at(-1)];
  return first && last && [idOf(first) ?? "", idOf(last) ?? ""];
}

/**
 * Reads a page: an array of objects, each with a non-empty id. [assumption 5] Nothing else of a record is certain.
 * @throws PageError
 */
export function parsePage(body: Uint8Array): Attributes[] {
  const page = parseJson(body);
  if (!Array.isArray(page)) throw new PageError("shape", "the answer is not an array");
  const found = new Map<string, unknown>();
  page.forEach((record: unknown, index) => {
    const id = typeof record === "object" && record !== null ? idOf(record as Attributes) : undefined;
    if (id === undefined) throw new PageError("shape", `record ${index} of a page is not an object with an id`);
    // The number 1 and the text "1", too: which of them is meant nobody could tell.
    if (found.has(id) && !isDeepStrictEqual(found.get(id), record)) {
      const plain = "records of a page differ and have the same id";
      throw new PageError("shape", `${plain} ${JSON.stringify(id)}`, plain);
    }
    found.set(id, record);
  });
  return page as Attributes[];
}
