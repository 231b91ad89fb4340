/** Reports a wrong argument or option. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
