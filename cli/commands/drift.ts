import { relative, resolve } from "node:path";
import { readHistory } from "../../drift/formats/history-file.js";
import { loadShownRules } from "../../drift/common/shown-rules.js";
import { ignoreFileName, readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import { makeReport } from "../../drift/evaluate/make.js";
import { placeInRepository } from "../../drift/evaluate/source-places.js";
import { readReport } from "../../drift/report/read.js";
import { ofShard, selectionOf } from "../../drift/sources/source.js";
import { searchRulesFile, type LoadedRules } from "../../policy/config/load-rules.js";
import { validateSources } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";
import type { GlobalOptions } from "../options/global-options.js";
import { logVerbose, warn } from "../output/log.js";
import { findStates, withStates } from "../inventory/states.js";
import { checkOutputs } from "../output/outputs.js";
import { finish } from "./drift-finish.js";
import { parseOutputs, parseShard, type DriftOptions } from "./drift-options.js";
import { kebabCase } from "../../provider/platform/case.js";
import { VersionError, type History } from "../../provider/inventory/store/history.js";
import type { Report, TrendPoint } from "../../drift/report/schema.js";

/** `orange-cmdb drift`. Exit code 0: passed, 2: findings at or above --fail-on, 1: error (thrown). */
export async function drift(options: DriftOptions, version: string, globals: GlobalOptions): Promise<void> {
  const outputs = parseOutputs(options.output);
  const shard = parseShard(options.shard);
  validateOptions(options);
  const cwd = options.cwd ?? process.cwd();
  const loaded = loadShownRules(options.rules, cwd);
  sayRules(loaded, options, globals);
  const writes = checkOutputs(
    outputs,
    options,
    [
      ...(options.state ?? []).map((path) => ({ name: `--state ${path}`, path })),
      { name: "--baseline", path: options.baseline },
      { name: "--ignore-file", path: options.ignoreFile ?? ignoreFileName },
      { name: "the rules file", path: loaded.convention === undefined ? loaded.source : undefined },
    ],
    globals,
  );
  const ignore = readIgnoreFile(options.ignoreFile);
  const baseline = options.baseline === undefined ? undefined : readReport(options.baseline);
  const trend = options.history === undefined ? undefined : readHistory(options.history);
  const { sources: all, pulumi, from } = await findStates(options, globals);
  const sources = shard ? ofShard(all, shard) : all;
  const report = await withStates(sources, { globals, from, writes }, (inventory, onRead) => {
    const since = options.since ?? sinceLastGreen(inventory.history, trend, baseline);
    return makeReport(
      {
        sources,
        inventory,
        onRead,
        rules: loaded.rules,
        rulesOrigin: loaded,
        ...(options.refresh ? { refreshBy: pulumi } : {}),
        ...(since ? { since } : {}),
      },
      {
        generator: `orange-cmdb ${version}`,
        now: new Date(),
        failOn: options.failOn ?? "error",
        ignore,
        ...(shard ? { shard: { ...shard, selection: selectionOf(all) } } : {}),
        ...(baseline ? { baseline } : {}),
        ...(trend ? { trend } : {}),
      },
    );
  });
  await finish(placeInRepository(report, { cwd, root: options.sourceRoot }), outputs, trend, options, globals);
}

/** Prints which rules file is used: as a warning if the current folder has another one, else with --verbose. */
function sayRules({ source }: LoadedRules, { cwd, rules }: DriftOptions, globals: GlobalOptions): void {
  const here = cwd === undefined || rules !== undefined ? undefined : searchRulesFile(process.cwd());
  if (here !== undefined && here !== resolve(source))
    warn(`using rules from ${source} because of --cwd, not from ${relative(process.cwd(), here)}; choose with --rules`);
  else logVerbose(`rules from ${source}`, globals);
}

function validateOptions(options: DriftOptions): void {
  const { state = [], from = [], refresh, shard } = options;
  validateSources(options);
  if (refresh && state.length + from.length > 0)
    throw new UsageError(
      `--refresh does not work with ${state.length > 0 ? "--state" : "--from"}: use --stack or --all-stacks`,
    );
  if (shard === undefined) return;
  for (const name of ["baseline", "history", "writeIgnore"] as const)
    if (options[name] !== undefined)
      throw new UsageError(`--${kebabCase(name)} does not work with --shard: pass it to drift merge`);
}

/**
 * Returns the default of --since: the last run that passed, else the run of the baseline; the oldest kept version if that is
 * newer. Undefined without such a run.
 */
export function sinceLastGreen(
  history: History,
  trend: readonly TrendPoint[] | undefined,
  baseline: Pick<Report, "generatedAt"> | undefined,
): { number: number } | undefined {
  const green = trend?.findLast(({ failed }) => !failed)?.at ?? baseline?.generatedAt;
  const [oldest] = history.versions();
  if (green === undefined || oldest === undefined) return undefined;
  try {
    return history.version({ time: Date.parse(green) });
  } catch (error) {
    if (error instanceof VersionError) return oldest;
    throw error;
  }
}
