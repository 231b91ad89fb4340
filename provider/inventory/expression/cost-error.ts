/** Maximum characters of an expression that a message shows. */
const maxShown = 200;

/** Returns an expression as a message shows it: its beginning, and its length if that is not all. */
export function excerpt(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length} characters)` : text;
}

/** An expression that exceeds its budget. It is never data that does not fit, and so never counts as "nothing found". */
export class ExpressionCostError extends Error {
  override readonly name = "ExpressionCostError";

  /**
   * @param expression its text, by which rules find its place
   * @param reason the limit that it exceeds
   * @param place the option, setting or entry that holds it
   */
  constructor(
    readonly expression: string,
    readonly reason: string,
    place = "a JMESPath",
  ) {
    super(`${place} ${reason}; write a simpler expression than: ${excerpt(expression)}`);
    // Pulumi shows the stack of an error that a policy throws.
    this.stack = this.message;
  }

  /** Returns the same error with the place of the expression. */
  at(place: string): ExpressionCostError {
    return new ExpressionCostError(this.expression, this.reason, place);
  }
}
