import type { Command } from "commander";
import type { SourceOptions } from "../../drift/sources/find-sources.js";
import { several } from "./arguments.js";
import { UsageError } from "./usage-error.js";

/** Description of `--rules`, in the commands that compare deployed resources. */
export const rulesDescription =
  "rules file (default: ORANGE_CMDB_RULES, else cmdb.rules.yaml in --cwd or a parent folder, else tags by convention)";

/** Adds the options that name deployed resources. */
export function addSourceOptions(command: Command): Command {
  return command
    .option(
      "--state <file>",
      "output of pulumi stack export or terraform show -json, or a state file; - for standard input; repeatable",
      several,
    )
    .option("--stack <name>", "name of a stack in the current backend; repeatable", several)
    .option("--all-stacks", "all stacks in the current backend")
    .option(
      "--from <location>",
      "all states of a location: a folder, a glob, or a URL such as s3://bucket; repeatable",
      several,
    )
    .option(
      "--include <pattern>",
      "with --all-stacks or --from: only stacks that match, * is a wildcard; repeatable",
      several,
    )
    .option(
      "--exclude <pattern>",
      "with --all-stacks or --from: skip stacks that match, * is a wildcard; repeatable",
      several,
    )
    .option("--cwd <dir>", "folder of the Pulumi project (default: the current folder)");
}

/** Options of a command that reads states. */
export interface StateOptions extends SourceOptions {
  /** Default: the current folder. */
  readonly cwd?: string;
}

/** Options of a command that reads states, or a plan beside or instead of them. */
export interface PlanOptions extends StateOptions {
  readonly plan?: string;
}

/** Returns whether an option names or selects states. */
export function namesStates({ state, stack, allStacks, from, include, exclude }: SourceOptions): boolean {
  return [state, stack, allStacks, from, include, exclude].some((option) => option !== undefined);
}

/**
 * Checks that the options name deployed resources, and do not contradict each other.
 * @param acceptsPlan whether the command has `--plan`
 * @throws UsageError
 */
export function validateSources(options: PlanOptions, acceptsPlan = false): void {
  const { state = [], stack = [], from = [], allStacks: all, include, exclude, plan } = options;
  if (state.length + stack.length + from.length === 0 && !all && plan === undefined)
    throw new UsageError(
      `no deployed resources given: use --state FILE, --stack NAME, --all-stacks${acceptsPlan ? ", --from LOCATION or --plan FILE" : " or --from LOCATION"}`,
    );
  if ([...state, plan].filter((path) => path === "-").length > 1)
    throw new UsageError("standard input can be read only once: use - once");
  if (all && stack.length > 0) throw new UsageError("--all-stacks and --stack cannot be combined: use one of them");
  if ((include || exclude) && !all && from.length === 0)
    throw new UsageError("--include and --exclude need --all-stacks or --from");
}
