import type { Attributes } from "../inventory/records.js";

/** A body that is no page of records: `json`: cut short or replaced on its way; `shape`: something else than records. */
export class PageError extends Error {
  override readonly name = "PageError";
  constructor(
    readonly fault: "json" | "shape",
    message: string,
  ) {
    super(message);
  }
}

/** The id of a record as a string: a number is taken and turned into one. */
export function idOf(record: Attributes): string | undefined {
  const id = record["id"];
  if (typeof id === "string") return id === "" ? undefined : id;
  return typeof id === "number" ? String(id) : undefined;
}

/**
 * Reads a page: an array of objects, each with a non-empty id. [assumption 5] Nothing else of a record is certain.
 * @throws PageError
 */
export function parsePage(body: Uint8Array): Attributes[] {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  let page: unknown;
  try {
    page = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw new PageError("json", text.slice(0, 200));
  }
  if (!Array.isArray(page)) throw new PageError("shape", "the answer is not an array");
  page.forEach((record: unknown, index) => {
    const isRecord = typeof record === "object" && record !== null && idOf(record as Attributes) !== undefined;
    if (!isRecord) throw new PageError("shape", `record ${index} of a page is not an object with an id`);
  });
  return page as Attributes[];
}
