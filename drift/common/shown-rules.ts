import { relative } from "node:path";
import { findRules, loadRulesFile, type LoadedRules } from "../../policy/config/load-rules.js";

/** Returns the rules with a relative path if that is shorter, so that reports do not depend on the place of the checkout. */
export function shownRules(rules: LoadedRules): LoadedRules {
  return rules.convention === undefined ? { ...rules, source: shortPath(rules.source) } : rules;
}

/** Returns the path relative to the current folder if that is shorter. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}

/**
 * Loads the rules of a command, as {@link shownRules} shows them.
 * @param path Default: the rules file of the folder, else tags by convention
 */
export function loadShownRules(path: string | undefined, cwd = process.cwd()): LoadedRules {
  return shownRules(path === undefined ? findRules(undefined, cwd) : loadRulesFile(path));
}
