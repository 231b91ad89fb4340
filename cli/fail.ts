import { printError } from "../provider/print-error.js";

/** A mistake in how the command was called. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Says what went wrong on one line (more where the message has more), and that it did. */
export function fail(error: unknown, verbose: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  printError(`orange-cmdb: ${message}`);
  if (verbose && error instanceof Error && error.stack) error.stack.split("\n").forEach(printError);
  process.exitCode = 1;
}
