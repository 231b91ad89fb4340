/**
 * The error that a command ends with, for a snapshot: without the progress and retries before it, without times, and
 * without the name of the list, since any of the lists that are read in parallel may fail first.
 */
export function finalError(stderr: string): string {
  return stderr
    .slice(Math.max(0, stderr.search(/^(orange-cmdb|error): (?!warning)/m)))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\/(locations|servicePoints|configurationItems|accounts):/, "/<list>:");
}

/** The console report for a snapshot: without its head, which has paths and times. */
export function withoutHead(report: string): string {
  return report.replace(/^(Plan|inventory of) .*\n/gm, "");
}
