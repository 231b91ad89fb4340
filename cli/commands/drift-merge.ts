import { readHistory } from "../../drift/formats/history-file.js";
import { readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import { mergeReports } from "../../drift/evaluate/merge.js";
import { readReport } from "../../drift/report/read.js";
import { UsageError } from "../options/usage-error.js";
import type { GlobalOptions } from "../options/global-options.js";
import { checkOutputs } from "../output/outputs.js";
import { finish } from "./drift-finish.js";
import { parseOutputs, type DriftOptions } from "./drift-options.js";
import { kebabCase } from "../../provider/platform/case.js";

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

/** `orange-cmdb drift merge`: merges reports; exit codes as for `drift`. */
export async function merge(paths: readonly string[], options: DriftOptions, globals: GlobalOptions): Promise<void> {
  const outputs = parseOutputs(options.output);
  const given = ofParts.find((name) => options[name] !== undefined);
  if (given)
    throw new UsageError(
      `--${kebabCase(given)} is not an option of drift merge: pass it to the drift runs that wrote the reports`,
    );
  checkOutputs(
    outputs,
    options,
    [
      ...paths.map((path) => ({ name: `the report ${path}`, path })),
      { name: "--baseline", path: options.baseline },
      { name: "--ignore-file", path: options.ignoreFile },
    ],
    globals,
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
  await finish(report, outputs, trend, options, globals);
}
