import { writeOutput } from "../provider/files/write-output.js";
import { printError } from "../provider/print-error.js";
import { formats, type FormatName } from "./formats/index.js";
import { notLookedAt } from "./formats/not-looked-at.js";
import { leftOutOfGithub } from "./formats/sarif-github.js";
import type { View } from "./formats/view.js";
import type { Report } from "./report/schema.js";

/** A format, and the file it goes to; standard output where there is none. */
export interface Output {
  readonly format: FormatName;
  readonly path: string | undefined;
}

/** Writes a report in all these formats; folders that are missing are made. @throws OutputError */
export async function writeReport(report: Report, outputs: readonly Output[], view: View): Promise<void> {
  for (const { format, path } of outputs) {
    if (path === undefined) process.stdout.write(formats[format](report, view));
    else await writeOutput(path, formats[format](report, { colours: false, verbose: true }), { makeFolders: true });
  }
  warnBeside(report, outputs);
}

/** What formats cannot hold, as those who read them want it, is said beside them. */
const beside: Partial<Record<FormatName, (report: Report) => string[]>> = {
  csv: notLookedAt,
  gitlab: notLookedAt,
  "sarif-github": leftOutOfGithub,
};

function warnBeside(report: Report, outputs: readonly Output[]): void {
  const said = new Set(outputs.flatMap(({ format }) => beside[format]?.(report) ?? []));
  for (const text of said) printError(`orange-cmdb: warning: ${text}`);
}
