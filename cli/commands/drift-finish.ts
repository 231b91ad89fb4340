import { appendHistory, pointOf } from "../../drift/history-file.js";
import { writeIgnoreFile } from "../../drift/ignore-file.js";
import type { Report, TrendPoint } from "../../drift/report/schema.js";
import { writeReport, type Output } from "../../drift/write.js";
import { log } from "../log.js";
import { ignoreOutput } from "../outputs.js";
import { setExitCode, view, type DriftOptions } from "./drift-options.js";

/** Writes a report wherever it is to go, and says by the exit code what it comes to. @throws DriftError, OutputError */
export async function finish(
  report: Report,
  outputs: readonly Output[],
  trend: readonly TrendPoint[] | undefined,
  options: Pick<DriftOptions, "history" | "writeIgnore" | "ignoreFile">,
): Promise<void> {
  await writeReport(trend ? { ...report, trend: [...trend, pointOf(report)] } : report, outputs, view());
  if (options.history !== undefined) await appendHistory(options.history, pointOf(report));
  if (options.writeIgnore !== undefined) {
    log(`${await writeIgnoreFile(report, ignoreOutput(options))} findings written as entries to pass over`);
  }
  setExitCode(report);
}
