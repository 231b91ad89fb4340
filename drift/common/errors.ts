/** Deployed resources, rules or another input of a report cannot be read. */
export class DriftError extends Error {
  override readonly name = "DriftError";
}

/** Returns the code of a failed system call, else its message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
