import { formatNames, type FormatName } from "../../drift/formats/names.js";
import type { FormatOptions } from "../../drift/formats/text/format-options.js";
import type { FailOn, Report } from "../../drift/report/schema.js";
import type { Output } from "../../drift/formats/write.js";
import { shorten } from "../../provider/platform/printable.js";
import { hasColour } from "../output/colour.js";
import type { StateOptions } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { VersionAt } from "../options/arguments.js";

/** The options of `orange-cmdb drift`. */
export interface DriftOptions extends StateOptions {
  sourceRoot?: string;
  refresh?: boolean;
  since?: VersionAt;
  rules?: string;
  ignoreFile?: string;
  writeIgnore?: string | true;
  baseline?: string;
  history?: string;
  shard?: string;
  output?: string[];
  failOn?: FailOn;
}

/** Formats that can be printed together on standard output. */
const forPeople: readonly FormatName[] = ["console", "github"];

/** Parses outputs such as `json=report.json`. @throws UsageError */
export function parseOutputs(texts: readonly string[] = ["console"], names: readonly string[] = formatNames): Output[] {
  const outputs = texts.map((text): Output => {
    const [name = "", ...path] = text.split("=");
    if (!names.includes(name))
      throw new UsageError(`unknown format "${shorten(name)}"; use one of ${names.join(", ")}`);
    return { format: name as FormatName, path: path.length > 0 ? path.join("=") : undefined };
  });
  const printed = outputs.filter(({ path }) => path === undefined).map(({ format }) => format);
  if (printed.length > 1 && printed.some((format) => !forPeople.includes(format)))
    throw new UsageError(`${printed.join(" and ")} cannot share standard output: use -o FORMAT=PATH`);
  return outputs;
}

/** Parses a shard such as `2/5`, the second of five. @throws UsageError */
export function parseShard(text: string | undefined): { index: number; count: number } | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index && count && index <= count) return { index, count };
  throw new UsageError(`invalid --shard "${shorten(text)}": use i/n, such as 1/4`);
}

/** Returns the format options for standard output. */
export function view(globals: GlobalOptions): FormatOptions {
  return {
    colours: hasColour(process.stdout, globals),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    verbose: globals.verbose,
  };
}

/** Sets exit code 2 if findings reach --fail-on. */
export function setExitCode({ failed }: Report): void {
  if (failed) process.exitCode = 2;
}
