import { printError } from "../provider/print-error.js";

/** Says something about the work on stderr: stdout is the result's. */
export function log(line: string): void {
  if (process.stderr.isTTY || process.env["ORANGE_CMDB_VERBOSE"]) printError(line);
}

/** Prints a detail on stderr if --verbose is set. */
export function verbose(line: string): void {
  if (process.env["ORANGE_CMDB_VERBOSE"]) printError(line);
}

/** Says what the user has to see, whoever reads: that the result may not be what was meant. */
export function warn(line: string): void {
  printError(`warning: ${line}`);
}
