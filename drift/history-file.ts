import { appendOutput } from "../provider/files/write-output.js";
import { isThere } from "../provider/is-there.js";
import { readInput } from "../provider/read-input.js";
import { printError } from "../provider/print-error.js";
import { isSpecialFile } from "../provider/special-file.js";
import { DriftError, reasonOf } from "./errors.js";
import { trendPointSchema, type Report, type TrendPoint } from "./report/schema.js";

/**
 * The runs that a history file holds, the oldest first; none where there is no file yet, or where it is a pipe or a device. A last
 * line that was cut while it was written is left out; {@link appendHistory} removes it. @throws DriftError
 */
export function readHistory(path: string): TrendPoint[] {
  const { lines } = linesOf(path);
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const result = trendPointSchema.safeParse(parsed(line));
    if (result.success) return [result.data];
    throw new DriftError(`line ${index + 1} of the history ${path} is no run of orange-cmdb drift: take it out`);
  });
}

/** The whole lines of a history; `last` is what is left of one that was cut, `size` the bytes before it. */
function linesOf(path: string): { lines: string[]; last: string; size: number } {
  const text = textOf(path);
  const lines = text.split("\n");
  const last = isCut(lines.at(-1) ?? "") ? (lines.pop() ?? "") : "";
  return { lines, last, size: Buffer.byteLength(text) - Buffer.byteLength(last) };
}

function textOf(path: string): string {
  try {
    return isThere(path) && !isSpecialFile(path) ? readInput(path) : "";
  } catch (error) {
    throw new DriftError(`the history ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** How every line begins. */
const beginning = '{"at":"';

/** Returns whether the last line is the beginning of a run: any other text is the user's, and is not removed. */
function isCut(line: string): boolean {
  // A machine that crashed may have left zeros in the place of what it had not written yet.
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

/** A run as the history keeps it. */
export function pointOf({ generatedAt, summary, failed }: Report): TrendPoint {
  const { resources, records, covered, findings, ignored, known } = summary;
  return { at: generatedAt, resources, records, covered, findings, ignored, known, failed };
}

/**
 * Adds a run, on a line of its own. A last line that was cut, by a crash or a full disk, is removed with a warning.
 * @throws DriftError, OutputError
 */
export async function appendHistory(path: string, point: TrendPoint): Promise<void> {
  const { lines, last, size } = linesOf(path);
  const line = `${lines.at(-1) && last === "" ? "\n" : ""}${JSON.stringify(point)}\n`;
  await appendOutput(path, line, last === "" ? undefined : size);
  if (last !== "") printError(`orange-cmdb: warning: the last line of the history ${path} was cut, and is removed`);
}
