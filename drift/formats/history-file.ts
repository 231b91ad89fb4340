import { appendOutput } from "../../provider/files/write-output.js";
import { pathExists } from "../../provider/files/path-exists.js";
import { readInput } from "../../provider/files/read-input.js";
import { printError } from "../../provider/platform/print-error.js";
import { isSpecialFile } from "../../provider/files/special-file.js";
import { DriftError, reasonOf } from "../common/errors.js";
import { trendPointSchema, type Report, type TrendPoint } from "../report/schema.js";

/**
 * Reads the runs of a history file, oldest first; empty if the file does not exist or is a pipe or device. A truncated last
 * line is ignored; {@link appendHistory} removes it. @throws DriftError
 */
export function readHistory(path: string): TrendPoint[] {
  const { lines } = linesOf(path);
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const result = trendPointSchema.safeParse(parsed(line));
    if (result.success) return [result.data];
    throw new DriftError(`line ${index + 1} of the history ${path} is not a run of orange-cmdb drift: remove the line`);
  });
}

/** Returns the complete lines of a history; `last` is a truncated last line, `size` the bytes before it. */
function linesOf(path: string): { lines: string[]; last: string; size: number } {
  const text = textOf(path);
  const lines = text.split("\n");
  const last = isCut(lines.at(-1) ?? "") ? (lines.pop() ?? "") : "";
  return { lines, last, size: Buffer.byteLength(text) - Buffer.byteLength(last) };
}

function textOf(path: string): string {
  try {
    return pathExists(path) && !isSpecialFile(path) ? readInput(path) : "";
  } catch (error) {
    throw new DriftError(`the history ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** The beginning of every line. */
const beginning = '{"at":"';

/** Returns whether the last line is a truncated run. Any other text is the user's and must not be removed. */
function isCut(line: string): boolean {
  // After a crash, a file can end with zeros instead of data.
  const text = line.replace(/\0+$/, "");
  const isRun = text.startsWith(beginning) || beginning.startsWith(text);
  return line !== "" && isRun && parsed(text) === undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Returns the entry of a run for the history. */
export function pointOf({ generatedAt, summary, failed }: Report): TrendPoint {
  const { resources, records, covered, findings, ignored, baseline } = summary;
  return { at: generatedAt, resources, records, covered, findings, ignored, known: baseline.known, failed };
}

/**
 * Appends a run on its own line. Removes a last line that a crash or full disk truncated, with a warning.
 * @throws DriftError, OutputError
 */
export async function appendHistory(path: string, point: TrendPoint): Promise<void> {
  const { lines, last, size } = linesOf(path);
  const line = `${lines.at(-1) && last === "" ? "\n" : ""}${JSON.stringify(point)}\n`;
  await appendOutput(path, line, last === "" ? undefined : size);
  if (last !== "") printError(`orange-cmdb: warning: removed the truncated last line of the history ${path}`);
}
