import { appendHistory, pointOf } from "../../drift/formats/history-file.js";
import { writeIgnoreFile } from "../../drift/ignore/ignore-file.js";
import type { Report, TrendPoint } from "../../drift/report/schema.js";
import { writeReport, type Output } from "../../drift/formats/write.js";
import type { GlobalOptions } from "../options/global-options.js";
import { log } from "../output/log.js";
import { ignoreOutput } from "../output/outputs.js";
import { setExitCode, view, type DriftOptions } from "./drift-options.js";

/** Writes a report to its outputs and sets the exit code. @throws DriftError, OutputError */
export async function finish(
  report: Report,
  outputs: readonly Output[],
  trend: readonly TrendPoint[] | undefined,
  options: Pick<DriftOptions, "history" | "writeIgnore" | "ignoreFile">,
  globals: GlobalOptions,
): Promise<void> {
  await writeReport(trend ? { ...report, trend: [...trend, pointOf(report)] } : report, outputs, view(globals));
  if (options.history !== undefined) await appendHistory(options.history, pointOf(report));
  if (options.writeIgnore !== undefined) {
    log(`${await writeIgnoreFile(report, ignoreOutput(options))} findings accepted in the ignore file`, globals);
  }
  setExitCode(report);
}
