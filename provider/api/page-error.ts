/** A body that is no page of records: `json`: cut short or replaced on its way; `shape`: something else than records. */
export class PageError extends Error {
  override readonly name = "PageError";
  constructor(
    readonly fault: "json" | "shape",
    message: string,
    /** The same with nothing of what came. */
    readonly plain = message,
  ) {
    super(message);
  }
}
