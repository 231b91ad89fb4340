import { chooseStacks } from "./choose-stacks.js";
import { currentStacks, currentStacksNamed } from "./locations/current-backend.js";
import { locateStates } from "./locations/locate.js";
import type { PulumiCli } from "./pulumi/pulumi-cli.js";
import { fileSource, type StateSource } from "./source.js";

/** The deployed resources that a user names, as options of a command. */
export interface SourceOptions {
  /** Files; `-` is standard input. */
  readonly state?: readonly string[];
  /** Stacks of the current backend. */
  readonly stack?: readonly string[];
  /** All stacks of the current backend. */
  readonly allStacks?: boolean;
  /** Locations of states. */
  readonly from?: readonly string[];
  /** Patterns for the stacks of the backend and the states of locations. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Returns the sources that the options name. A state that several locations hold is returned once.
 * @throws DriftError, ObjectStoreError if a backend or location cannot be listed, or a name or pattern has no state
 */
export async function findSources(options: SourceOptions, pulumi: PulumiCli, cwd: string): Promise<StateSource[]> {
  const { state = [], stack = [], from = [], include = [], exclude = [] } = options;
  const [named, ...found] = await Promise.all([
    currentStacksNamed(stack, cwd, pulumi),
    options.allStacks ? currentStacks(cwd, pulumi) : [],
    ...from.map(locateStates),
  ]);
  const all = [...new Map(found.flat().map((source) => [source.name, source])).values()];
  const chosen = all.length === 0 ? [] : chooseStacks(all, { include, exclude });
  return [...state.map(fileSource), ...named, ...chosen];
}
