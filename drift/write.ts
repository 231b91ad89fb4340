import { chmodSync, lstatSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../provider/make-folder.js";
import { DriftError, reasonOf } from "./errors.js";
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

/** Writes a report in all these formats. @throws DriftError where one cannot be written */
export function writeReport(report: Report, outputs: readonly Output[], view: View): void {
  for (const { format, path } of outputs) {
    if (path === undefined) process.stdout.write(formats[format](report, view));
    else writeWhole(path, formats[format](report, { colours: false, verbose: true }));
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

/** A report is its owner's alone, as the inventory is; who let others read an earlier one has let them read this one. */
function modeOf(path: string): number {
  const old = lstatSync(path, { throwIfNoEntry: false });
  const isOurs = process.getuid === undefined || old?.uid === process.getuid();
  return old?.isFile() && isOurs ? old.mode & 0o777 : 0o600;
}

/** The file is the old one or the new one, never half. */
function writeWhole(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    makeFolder(dirname(path));
    // What a run with this number that was ended left.
    rmSync(partial, { force: true });
    writeFileSync(partial, text, { mode: 0o600, flag: "wx" });
    const mode = modeOf(path);
    if (mode !== 0o600) chmodSync(partial, mode);
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // Where it could not be made, it need not go.
    }
    throw new DriftError(`the report cannot be written to ${path}: ${reasonOf(error)}`);
  }
}
