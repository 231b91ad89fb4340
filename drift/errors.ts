/** The drift could not be established: deployed resources, or what to compare them by, cannot be had. */
export class DriftError extends Error {
  override readonly name = "DriftError";
}

/** The reason of a failed system call in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
