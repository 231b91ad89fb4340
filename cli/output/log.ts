import { printError } from "../../provider/platform/print-error.js";
import type { GlobalOptions } from "../options/global-options.js";

/** Prints progress on stderr if it is a terminal or --verbose is set; stdout is for the result. */
export function log(line: string, { verbose }: GlobalOptions): void {
  if (process.stderr.isTTY || verbose) printError(line);
}

/** Prints a detail on stderr if --verbose is set. */
export function logVerbose(line: string, { verbose }: GlobalOptions): void {
  if (verbose) printError(line);
}

/** Prints a warning on stderr, also if it is not a terminal. */
export function warn(line: string): void {
  printError(`warning: ${line}`);
}
