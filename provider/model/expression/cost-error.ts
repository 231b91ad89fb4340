import { UserError } from "../../platform/user-error.js";
/** Maximum characters of an expression that a message shows. */
const MAX_EXCERPT_LENGTH = 200;

/** Returns an expression for a message: its beginning, and its length if it is truncated. */
export function excerpt(text: string): string {
  return text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH)}… (${text.length} characters)` : text;
}

/** The expression exceeds its budget. This is never an error of the data, so it must not count as "nothing found". */
export class ExpressionCostError extends UserError {
  override readonly name = "ExpressionCostError";

  /**
   * @param expression its text. Rules use it to find its position
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
  override get title(): string {
    return "An expression exceeds its budget";
  }
  override get quotesInput(): boolean {
    return true;
  }
}
