import { shortPath } from "../../drift/common/shown-rules.js";
import { checkRules } from "../../drift/rules-check/check.js";
import { rulesCheckFormats, type CheckedFile } from "../../drift/rules-check/formats.js";
import { findRulesFile, readRulesFile } from "../../policy/config/load-rules.js";
import { validateRules, type RulesFile } from "../../policy/rules/file/rules-file.js";
import { findStates, withStates } from "../inventory/states.js";
import type { GlobalOptions } from "../options/global-options.js";
import { namesStates, validateSources, type StateOptions } from "../options/source-options.js";
import { hasColour } from "../output/colour.js";

/** The options of `orange-cmdb rules check`. */
export interface RulesCheckOptions extends StateOptions {
  readonly output: keyof typeof rulesCheckFormats;
}

/** `orange-cmdb rules check`. Exit code 0: no problems, 2: problems, 1: error (thrown). */
export async function rulesCheck(
  given: string | undefined,
  options: RulesCheckOptions,
  globals: GlobalOptions,
): Promise<void> {
  if (namesStates(options)) validateSources(options);
  const path = shortPath(given ?? findRulesFile(options.cwd ?? process.cwd()));
  const { value, placeOf } = readRulesFile(path);
  const result = validateRules(value);
  const check = "mistakes" in result ? result : await compare(result.data, options, globals);
  const file: CheckedFile = { path, placeOf, check };
  process.stdout.write(rulesCheckFormats[options.output](file, hasColour(process.stdout, globals)));
  if (check.mistakes.length > 0) process.exitCode = 2;
}

async function compare(
  rules: RulesFile,
  options: RulesCheckOptions,
  globals: GlobalOptions,
): Promise<CheckedFile["check"]> {
  const { sources, from } = await findStates(options, globals);
  return withStates(sources, { globals, from }, (inventory, onRead) =>
    checkRules({ rules, sources, inventory, now: new Date(), onRead }),
  );
}
