import { appendHistory, pointOf, readHistory } from "../../drift/history-file.js";
import { readIgnoreFile, writeIgnoreFile } from "../../drift/ignore-file.js";
import { mergeReports } from "../../drift/report/merge.js";
import { readReport } from "../../drift/report/read.js";
import { writeReport } from "../../drift/write.js";
import { UsageError } from "../fail.js";
import { log } from "../log.js";
import { parseOutputs, setExitCode, view, type DriftOptions } from "./drift-options.js";

const ofParts = [
  "state",
  "stack",
  "allStacks",
  "include",
  "exclude",
  "cwd",
  "refresh",
  "since",
  "rules",
  "shard",
] as const;

/** `orange-cmdb drift merge`: one report of several; exit codes as of `drift`. */
export function merge(paths: readonly string[], options: DriftOptions): void {
  const outputs = parseOutputs(options.output);
  const given = ofParts.find((name) => options[name] !== undefined);
  if (given)
    throw new UsageError(
      `drift merge reads reports: --${given.replace(/[A-Z]/g, "-$&").toLowerCase()} was theirs to be given`,
    );
  const reports = paths.map((path) => ({ path, report: readReport(path) }));
  const baseline = options.baseline === undefined ? undefined : readReport(options.baseline);
  const trend = options.history === undefined ? undefined : readHistory(options.history);
  const report = mergeReports(reports, {
    ...(options.failOn ? { failOn: options.failOn } : {}),
    ...(options.ignoreFile === undefined ? {} : { ignore: readIgnoreFile(options.ignoreFile) }),
    ...(baseline ? { baseline } : {}),
    ...(trend ? { trend } : {}),
  });
  const whole = trend ? { ...report, trend: [...trend, pointOf(report)] } : report;
  writeReport(whole, outputs, view());
  if (options.history !== undefined) appendHistory(options.history, pointOf(report));
  if (options.writeIgnore !== undefined) {
    const path = options.writeIgnore === true ? options.ignoreFile : options.writeIgnore;
    log(`${writeIgnoreFile(report, path)} findings written as entries to pass over`);
  }
  setExitCode(report);
}
