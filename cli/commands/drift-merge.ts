import { readHistory } from "../../drift/history-file.js";
import { readIgnoreFile } from "../../drift/ignore-file.js";
import { mergeReports } from "../../drift/report/merge.js";
import { readReport } from "../../drift/report/read.js";
import { UsageError } from "../fail.js";
import { checkOutputs } from "../outputs.js";
import { finish } from "./drift-finish.js";
import { parseOutputs, type DriftOptions } from "./drift-options.js";

const ofParts = [
  "state",
  "stack",
  "allStacks",
  "include",
  "exclude",
  "cwd",
  "sourceRoot",
  "refresh",
  "since",
  "rules",
  "shard",
] as const;

/** `orange-cmdb drift merge`: one report of several; exit codes as of `drift`. */
export async function merge(paths: readonly string[], options: DriftOptions): Promise<void> {
  const outputs = parseOutputs(options.output);
  const given = ofParts.find((name) => options[name] !== undefined);
  if (given)
    throw new UsageError(
      `drift merge reads reports: --${given.replace(/[A-Z]/g, "-$&").toLowerCase()} was theirs to be given`,
    );
  checkOutputs(outputs, options, [
    ...paths.map((path) => ({ name: `the report ${path}`, path })),
    { name: "--baseline", path: options.baseline },
    { name: "--ignore-file", path: options.ignoreFile },
  ]);
  const reports = paths.map((path) => ({ path, report: readReport(path) }));
  const baseline = options.baseline === undefined ? undefined : readReport(options.baseline);
  const trend = options.history === undefined ? undefined : readHistory(options.history);
  const report = mergeReports(reports, {
    ...(options.failOn ? { failOn: options.failOn } : {}),
    ...(options.ignoreFile === undefined ? {} : { ignore: readIgnoreFile(options.ignoreFile) }),
    ...(baseline ? { baseline } : {}),
    ...(trend ? { trend } : {}),
  });
  await finish(report, outputs, trend, options);
}
