import { faultOfPlace } from "../inventory/private-files.js";

/** A path that cannot be written to; the message names the path, the reason and what to do. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Reasons that differ for an output from those of the mirror, in words that follow "it". */
const reasons: Readonly<Record<string, string>> = {
  EBADF: "is not open for writing",
  EEXIST: "is there already",
  ELOOP: "has too many symbolic links",
  ENAMETOOLONG: "has a name that is too long",
  ENOENT: "is in a folder that is not there",
  ENXIO: "has no device behind it",
  ETXTBSY: "is a program that is running",
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
    faultOfPlace(error) ??
    (syscall === undefined ? undefined : `is refused by the system (${code})`);
  return error instanceof OutputError || why === undefined ? error : refusal(path, why, error);
}
