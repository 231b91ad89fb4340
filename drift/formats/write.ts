import { writeOutput } from "../../provider/files/write-output.js";
import { standardOutputPath } from "../../provider/files/output-path.js";
import { printError } from "../../provider/platform/print-error.js";
import { formats } from "./index.js";
import type { FormatName } from "./names.js";
import { limitations } from "./text/limitations.js";
import { leftOutOfGithub } from "./sarif-github.js";
import type { FormatOptions } from "./text/format-options.js";
import type { Report } from "../report/schema.js";

/** A format and its file; undefined for standard output. */
export interface Output {
  readonly format: FormatName;
  readonly path: string | undefined;
}

/** Writes a report in all these formats and creates missing folders. @throws OutputError */
export async function writeReport(report: Report, outputs: readonly Output[], view: FormatOptions): Promise<void> {
  for (const { format, path } of outputs) {
    const content = formats[format](report, path === undefined ? view : { colours: false, verbose: true });
    await writeOutput(path ?? standardOutputPath, content, { makeFolders: true });
  }
  warnBeside(report, outputs);
}

/** Texts that a format cannot contain; they are printed on stderr instead. */
const beside: Partial<Record<FormatName, (report: Report) => string[]>> = {
  csv: limitations,
  gitlab: limitations,
  "sarif-github": leftOutOfGithub,
};

function warnBeside(report: Report, outputs: readonly Output[]): void {
  const said = new Set(outputs.flatMap(({ format }) => beside[format]?.(report) ?? []));
  for (const text of said) printError(`orange-cmdb: warning: ${text}`);
}
