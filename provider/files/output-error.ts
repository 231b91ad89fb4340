import { describeFileError } from "./permissions.js";

/** A path that cannot be written to; the message names the path, the reason and what to do. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Reasons that differ from those of the mirror, worded to follow "it". */
const reasons: Readonly<Record<string, string>> = {
  EBADF: "is not open for writing",
  EEXIST: "exists",
  ELOOP: "has too many symbolic links",
  ENAMETOOLONG: "has a name that is too long",
  ENOENT: "is in a folder that does not exist",
  ENXIO: "has no device behind it",
  ETXTBSY: "is a running program",
};

/** Returns an OutputError for the path. */
export function refusal(path: string, why: string, cause?: unknown): OutputError {
  return new OutputError(`${path} cannot be written: it ${why}; name another file`, { cause });
}

/** Returns the OutputError for an error of the system or of SQLite; any other error is returned as it is. */
export function outputError(path: string, error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const why =
    reasons[code ?? ""] ??
    describeFileError(error) ??
    (syscall === undefined ? undefined : `fails with a system error (${code})`);
  return error instanceof OutputError || why === undefined ? error : refusal(path, why, error);
}
