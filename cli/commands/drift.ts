import { relative, resolve } from "node:path";
import { readHistory } from "../../drift/history-file.js";
import { ignoreFileName, readIgnoreFile } from "../../drift/ignore-file.js";
import { makeReport } from "../../drift/report/make.js";
import { placeInRepository } from "../../drift/report/source-places.js";
import { readReport } from "../../drift/report/read.js";
import { sinceLastGreen } from "../../drift/report/since.js";
import { PulumiCli } from "../../drift/sources/pulumi-cli.js";
import { allStacks, fileSource, namedStacks, ofShard, selectionOf, type Source } from "../../drift/sources/source.js";
import { findRules, loadRulesFile, searchRulesFile, type LoadedRules } from "../../policy/load-rules.js";
import { UsageError } from "../fail.js";
import { verbose, warn } from "../log.js";
import { withInventory } from "../open.js";
import { checkOutputs } from "../outputs.js";
import { finish } from "./drift-finish.js";
import { parseOutputs, parseShard, shownRules, type DriftOptions } from "./drift-options.js";

/** `orange-cmdb drift`: 0 nothing to fail on, 2 findings, 1 (thrown) it could not be established. */
export async function drift(options: DriftOptions, version: string): Promise<void> {
  const outputs = parseOutputs(options.output);
  const shard = parseShard(options.shard);
  check(options);
  const cwd = options.cwd ?? process.cwd();
  const loaded = shownRules(options.rules ? loadRulesFile(options.rules) : findRules(undefined, cwd));
  sayRules(loaded, options);
  const writes = checkOutputs(outputs, options, [
    ...(options.state ?? []).map((path) => ({ name: `--state ${path}`, path })),
    { name: "--baseline", path: options.baseline },
    { name: "--ignore-file", path: options.ignoreFile ?? ignoreFileName },
    { name: "the rules file", path: loaded.convention === undefined ? loaded.source : undefined },
  ]);
  const ignore = readIgnoreFile(options.ignoreFile);
  const baseline = options.baseline === undefined ? undefined : readReport(options.baseline);
  const trend = options.history === undefined ? undefined : readHistory(options.history);
  const pulumi = new PulumiCli(cwd);
  const all = await sourcesOf(options, pulumi);
  const sources = shard ? ofShard(all, shard) : all;
  const from = { cwd, ...(options.stack === undefined ? {} : { stack: options.stack[0] }) };
  const report = await withInventory({ from, writes }, (inventory) => {
    const since = options.since ?? sinceLastGreen(inventory.history, trend, baseline);
    return makeReport(
      {
        sources,
        inventory,
        rules: loaded.rules,
        rulesFrom: loaded,
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
  await finish(placeInRepository(report, { cwd, root: options.sourceRoot }), outputs, trend, options);
}

/** Prints which rules file is used: as a warning if the current folder has another one, else with --verbose. */
function sayRules({ source }: LoadedRules, { cwd, rules }: DriftOptions): void {
  const here = cwd === undefined || rules !== undefined ? undefined : searchRulesFile(process.cwd());
  if (here !== undefined && here !== resolve(source))
    warn(
      `rules from ${source}, because of --cwd, and not from ${relative(process.cwd(), here)}; --rules chooses others`,
    );
  else verbose(`rules from ${source}`);
}

function check(options: DriftOptions): void {
  const { state = [], stack = [], allStacks: all, include, exclude, refresh, shard } = options;
  if (state.length === 0 && stack.length === 0 && !all)
    throw new UsageError("name the deployed resources: --state FILE, --stack NAME or --all-stacks");
  if (state.filter((path) => path === "-").length > 1) throw new UsageError("standard input can be read once only");
  if (all && stack.length > 0) throw new UsageError("--all-stacks has every --stack: leave one of them out");
  if ((include || exclude) && !all) throw new UsageError("--include and --exclude choose among --all-stacks");
  if (refresh && state.length > 0)
    throw new UsageError("--refresh asks the providers of a stack: it goes with --stack or --all-stacks, not --state");
  if (shard === undefined) return;
  for (const name of ["baseline", "history", "writeIgnore"] as const)
    if (options[name] !== undefined)
      throw new UsageError(
        `a shard is a part only: give --${name.replace(/[A-Z]/g, "-$&").toLowerCase()} to drift merge`,
      );
}

async function sourcesOf(options: DriftOptions, pulumi: PulumiCli): Promise<Source[]> {
  const { state = [], stack = [], include = [], exclude = [] } = options;
  return [
    ...state.map(fileSource),
    ...(await namedStacks(stack, pulumi)),
    ...(options.allStacks ? await allStacks(pulumi, { include, exclude }) : []),
  ];
}
