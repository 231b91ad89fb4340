import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { isThere } from "../provider/is-there.js";
import { readInput } from "../provider/read-input.js";
import { DriftError, reasonOf } from "./errors.js";
import { trendPointSchema, type Report, type TrendPoint } from "./report/schema.js";

/** The runs that a history file holds, the oldest first; none where there is no file yet. @throws DriftError */
export function readHistory(path: string): TrendPoint[] {
  let text: string;
  try {
    if (!isThere(path)) return [];
    text = readInput(path);
  } catch (error) {
    throw new DriftError(`the history ${path} cannot be read: ${reasonOf(error)}`);
  }
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    const result = trendPointSchema.safeParse(value);
    if (result.success) return [result.data];
    throw new DriftError(`line ${index + 1} of the history ${path} is no run of orange-cmdb drift: take it out`);
  });
}

/** A run as the history keeps it. */
export function pointOf({ generatedAt, summary, failed }: Report): TrendPoint {
  const { resources, records, covered, findings } = summary;
  return { at: generatedAt, resources, records, covered, findings, failed };
}

/** Adds a run, on a line of its own; a new file is its owner's alone. @throws DriftError */
export function appendHistory(path: string, point: TrendPoint): void {
  try {
    const cutShort = existsSync(path) && !/(^|\n)$/.test(readFileSync(path, "utf8").slice(-1));
    appendFileSync(path, `${cutShort ? "\n" : ""}${JSON.stringify(point)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new DriftError(`the history ${path} cannot be written: ${reasonOf(error)}`);
  }
}
