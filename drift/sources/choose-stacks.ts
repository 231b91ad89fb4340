import { didYouMean, SimilarityIndex } from "../../provider/platform/similar-strings.js";
import { matchesWildcard } from "../../provider/platform/wildcard.js";
import { DriftError } from "../common/errors.js";
import type { StateSource } from "./source.js";

/** Patterns of stack names, with `*` as a wildcard. */
export interface StackPatterns {
  /** A stack must match one of them. If the list is empty, all stacks match. */
  readonly include: readonly string[];
  /** A stack must match none of them. */
  readonly exclude: readonly string[];
}

/**
 * Returns the stacks and states whose names match the patterns.
 * @param sources all that the backend and the locations hold, at least one
 * @throws DriftError if a pattern of `include` matches none, because its stacks would not be compared, or if all are excluded
 */
export function chooseStacks(sources: readonly StateSource[], { include, exclude }: StackPatterns): StateSource[] {
  const names = sources.map(nameOf);
  const misses = include.find((pattern) => !names.some((name) => isFit(pattern, name)));
  if (misses !== undefined)
    throw new DriftError(
      `none of the ${names.length} stacks and states matches --include ${misses}${suggestStack(misses, names)}`,
    );
  const isAny = (patterns: readonly string[], name: string): boolean =>
    patterns.some((pattern) => isFit(pattern, name));
  const isChosen = (name: string): boolean => (include.length === 0 || isAny(include, name)) && !isAny(exclude, name);
  const chosen = sources.filter((source) => isChosen(nameOf(source)));
  if (chosen.length === 0)
    throw new DriftError(`none of the ${names.length} stacks and states matches --include and --exclude`);
  return chosen;
}

/** Returns the name that patterns match: the full name of a stack of Pulumi, or the name of a state. */
function nameOf({ pulumiStack, stack }: StateSource): string {
  return pulumiStack ?? stack;
}

/** Returns whether a pattern matches; `net/prod` matches every organisation. */
function isFit(pattern: string, name: string): boolean {
  return matchesWildcard(pattern, name) || matchesWildcard(`*/${pattern}`, name);
}

/** Returns a suggestion with the most similar stack name, as short as the pattern. */
export function suggestStack(pattern: string, names: readonly string[]): string {
  const parts = pattern.split("/").length;
  const short = names.map((name) => name.split("/").slice(-parts).join("/"));
  return didYouMean(new SimilarityIndex(short).nearest(pattern, 1)[0]);
}
