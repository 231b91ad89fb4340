import { UserError } from "../../platform/user-error.js";

/** The query is invalid. */
export class QueryError extends UserError {
  override readonly name = "QueryError";
  override get title(): string {
    return "The query is invalid";
  }
  override get quotesInput(): boolean {
    return true;
  }
}
