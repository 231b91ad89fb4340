/** Says something about the work on stderr: stdout is the result's. */
export function log(line: string): void {
  if (process.stderr.isTTY || process.env["ORANGE_CMDB_VERBOSE"]) process.stderr.write(`${line}\n`);
}
