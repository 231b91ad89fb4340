import { findSources } from "../../drift/sources/find-sources.js";
import { PulumiCli } from "../../drift/sources/pulumi/pulumi-cli.js";
import type { StateSource } from "../../drift/sources/source.js";
import type { Mirror } from "../../provider/inventory/mirror/mirror.js";
import { environmentName } from "../../provider/settings/schema.js";
import type { GlobalOptions } from "../options/global-options.js";
import type { StateOptions } from "../options/source-options.js";
import { showStates, type StateProgress } from "../output/state-progress.js";
import { withInventory, type CommandOptions } from "./open.js";
import type { StackChoice } from "./stack-config.js";

/** The states that a command reads. */
export interface States {
  readonly sources: readonly StateSource[];
  readonly pulumi: PulumiCli;
  /** The stack whose configuration has settings of the inventory. */
  readonly from: StackChoice;
}

/** Finds the states that the options name. @throws DriftError, ObjectStoreError */
export async function findStates(options: StateOptions, globals: GlobalOptions): Promise<States> {
  const cwd = options.cwd ?? process.cwd();
  const pulumi = new PulumiCli(cwd, environmentOf(globals));
  const sources = await findSources(options, pulumi, cwd);
  const [stack] = options.stack ?? [];
  return { sources, pulumi, from: { cwd, ...(stack === undefined ? {} : { stack }) } };
}

/** Opens the inventory, runs `work`, which reads the sources, and shows its progress. */
export function withStates<T>(
  sources: readonly StateSource[],
  options: CommandOptions,
  work: (inventory: Mirror, onRead: StateProgress["onRead"]) => Promise<T>,
): Promise<T> {
  return withInventory(options, async (inventory) => {
    const progress = await showStates(sources, options.globals);
    try {
      return await work(inventory, progress.onRead);
    } finally {
      progress.stop();
    }
  });
}

/** Returns variables that pass the global options to programs that Pulumi starts. */
function environmentOf({ settings: { inventoryFile }, verbose }: GlobalOptions): Readonly<Record<string, string>> {
  return {
    ...(inventoryFile === undefined ? {} : { [environmentName("inventoryFile")]: inventoryFile }),
    ...(verbose ? { ORANGE_CMDB_VERBOSE: "1" } : {}),
  };
}
