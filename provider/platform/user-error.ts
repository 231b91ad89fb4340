/** Shared by all copies of this module: a program and a policy pack may load one each. */
const mark = Symbol.for("orange-cmdb.UserError");

/** A problem that a user can fix. It is reported without a stack trace; its message says what to do next. */
export abstract class UserError extends Error {
  /** The kind of problem on one line, which Terraform prints over the message. */
  abstract get title(): string;

  /** Whether the message quotes what the user wrote, which must stay as it is. */
  get quotesInput(): boolean {
    return false;
  }

  get [mark](): boolean {
    return true;
  }
}

/** Returns whether an error is a {@link UserError}, also of another copy of this module. */
export function isUserError(error: unknown): error is UserError {
  return error instanceof Error && (error as { [mark]?: boolean })[mark] === true;
}
