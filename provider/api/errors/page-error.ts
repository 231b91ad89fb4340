/** The body is not a page of records. `json`: it is truncated or replaced in transit. `shape`: it has no records. */
export class PageError extends Error {
  override readonly name = "PageError";
  constructor(
    readonly reason: "json" | "shape",
    message: string,
    /** The message without any text of the body. */
    readonly plain = message,
  ) {
    super(message);
  }
}
