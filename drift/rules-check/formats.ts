import type { ParsedYaml } from "../../policy/config/exact-yaml.js";
import { paint, renderLines, type Line } from "../formats/text/terminal.js";
import { safeJson } from "../formats/text/safe-json.js";
import { counted } from "../formats/text/text.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import type { RulesCheck } from "./check.js";

/** A checked rules file. */
export interface CheckedFile {
  readonly path: string;
  readonly placeOf: ParsedYaml["placeOf"];
  /** The result. Only `mistakes` is set if the file does not match the schema: nothing else was checked then. */
  readonly check: Pick<RulesCheck, "mistakes"> & Partial<RulesCheck>;
  /** What `--fix` has rewritten, with the positions in the fixed file; undefined without it. */
  readonly fixed?: readonly FixedName[];
  /** The number of mistakes that `--fix` would correct, without it. */
  readonly fixable?: number;
}

/** A name that `--fix` has rewritten. */
export interface FixedName {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** Returns the position of a mistake, and its path with the key. */
export function locate(
  { path, key }: Mistake,
  placeOf: ParsedYaml["placeOf"],
): Pick<FixedName, "line" | "column" | "path"> {
  const [line = 1, column = 1] = placeOf(path, key).split(":").map(Number);
  return { line, column, path: [...path, ...(key === undefined ? [] : [key])].join(".") };
}

/** A mistake with its position in the rules file. */
interface Problem {
  readonly line: number;
  readonly column: number;
  /** Such as `references.0.match.1.record`. */
  readonly path: string;
  readonly message: string;
}

/** Returns the mistakes with their positions, in the order of the file. */
function problemsOf({ placeOf, check: { mistakes } }: CheckedFile): Problem[] {
  return mistakes
    .map((mistake): Problem => ({ ...locate(mistake, placeOf), message: mistake.message }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function formatConsole(file: CheckedFile, colours: boolean): string {
  const { path, check, fixed, fixable = 0 } = file;
  const problems = problemsOf(file);
  const lines: Line[] = (fixed ?? []).map(({ line, column, path: part, from, to }) => [
    paint.green("✔"),
    ` ${path}:${line}:${column}: ${part}: rewrote ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
  ]);
  for (const { line, column, message, path: part } of problems)
    lines.push([
      paint.red("✘"),
      ` ${path}:${line}:${column}: ${message.startsWith("the rules' ") || part === "" ? "" : `${part}: `}${message}`,
    ]);
  for (const text of check.unchecked ?? []) lines.push([paint.yellow("!"), ` not checked: ${text}`]);
  if (lines.length > 0) lines.push("");
  const compared =
    check.records === undefined
      ? "the file does not match the schema, so nothing else was checked"
      : `compared with ${counted(check.records, "record")} and ${counted(check.resources ?? 0, "resource")} in ${counted(check.stacks ?? 0, "state")}`;
  const total = problems.length === 0 ? "no problems" : counted(problems.length, "problem");
  const hint = fixable === 0 ? [] : [`--fix rewrites ${fixable} of them`];
  return renderLines([...lines, `${path}: ${total}; ${compared}`, ...hint], colours);
}

function formatJson(file: CheckedFile): string {
  const { path, check, fixed } = file;
  const { records, resources, stacks, unchecked = [] } = check;
  const problems = problemsOf(file);
  const compared = records === undefined ? {} : { compared: { records, resources, states: stacks } };
  return `${safeJson({ file: path, passed: problems.length === 0, problems, fixed, unchecked, ...compared }, 2)}\n`;
}

/** Formats a check of a rules file, by the name of the format. */
export const rulesCheckFormats = { console: formatConsole, json: formatJson };
