import { relative } from "node:path";
import { formats, type FormatName } from "../../drift/formats/index.js";
import type { View } from "../../drift/formats/view.js";
import type { FailOn, Report } from "../../drift/report/schema.js";
import type { Output } from "../../drift/write.js";
import type { LoadedRules } from "../../policy/load-rules.js";
import { shorten } from "../../provider/inventory/printable.js";
import { hasColour } from "../colour.js";
import { UsageError } from "../fail.js";
import type { VersionAt } from "../arguments.js";

/** The options of `orange-cmdb drift`. */
export interface DriftOptions {
  state?: string[];
  stack?: string[];
  allStacks?: boolean;
  include?: string[];
  exclude?: string[];
  cwd?: string;
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

/** Formats that may stand one after the other. */
const forPeople: readonly FormatName[] = ["console", "github"];

/** `json=report.json` → a format and a path. @throws UsageError */
export function parseOutputs(
  texts: readonly string[] = ["console"],
  names: readonly string[] = Object.keys(formats),
): Output[] {
  const outputs = texts.map((text): Output => {
    const [name = "", ...path] = text.split("=");
    if (!names.includes(name))
      throw new UsageError(`there is no format "${shorten(name)}"; formats are ${names.join(", ")}`);
    return { format: name as FormatName, path: path.length > 0 ? path.join("=") : undefined };
  });
  const printed = outputs.filter(({ path }) => path === undefined).map(({ format }) => format);
  if (printed.length > 1 && printed.some((format) => !forPeople.includes(format)))
    throw new UsageError(`${printed.join(" and ")} cannot both go to standard output: write FORMAT=PATH`);
  return outputs;
}

/** `2/5` → the second of five. @throws UsageError */
export function parseShard(text: string | undefined): { index: number; count: number } | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index && count && index <= count) return { index, count };
  throw new UsageError(`--shard wants i/n, such as 1/4, not "${shorten(text)}"`);
}

/** Rules with the path that is shown: from here where that is shorter, so that it is the same in every checkout. */
export function shownRules(rules: LoadedRules): LoadedRules {
  if (rules.convention !== undefined) return rules;
  const path = relative(process.cwd(), rules.source);
  return path.length < rules.source.length ? { ...rules, source: path } : rules;
}

/** What the place where standard output goes is like. */
export function view(): View {
  return {
    colours: hasColour(process.stdout),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    verbose: process.env["ORANGE_CMDB_VERBOSE"] !== undefined,
  };
}

/** 2 for findings at or above --fail-on; 0 is set nowhere. */
export function setExitCode({ failed }: Report): void {
  if (failed) process.exitCode = 2;
}
