/** Says something about the work on stderr: stdout is the result's. */
export function log(line: string): void {
  if (process.stderr.isTTY || process.env["ORANGE_CMDB_VERBOSE"]) process.stderr.write(`${line}\n`);
}

/** Says what the user has to see, whoever reads: that the result may not be what was meant. */
export function warn(line: string): void {
  process.stderr.write(`warning: ${line}\n`);
}
