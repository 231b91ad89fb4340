import { shortPath } from "../../drift/common/shown-rules.js";
import { checkRules } from "../../drift/rules-check/check.js";
import { applyFixes, type Fix } from "../../drift/rules-check/fix.js";
import { locate, rulesCheckFormats, type CheckedFile, type FixedName } from "../../drift/rules-check/formats.js";
import type { ParsedYaml } from "../../policy/config/exact-yaml.js";
import { findRulesFile, parseRulesText, readRulesText } from "../../policy/config/load-rules.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import { validateRules, type RulesFile } from "../../policy/rules/file/rules-file.js";
import { checkOutput } from "../../provider/files/output-path.js";
import { isSpecialFile } from "../../provider/files/special-file.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { findStates, withStates } from "../inventory/states.js";
import type { GlobalOptions } from "../options/global-options.js";
import { namesStates, validateSources, type StateOptions } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";
import { hasColour } from "../output/colour.js";

/** The options of `orange-cmdb rules check`. */
export interface RulesCheckOptions extends StateOptions {
  readonly fix?: boolean;
  readonly output: keyof typeof rulesCheckFormats;
}

/** `orange-cmdb rules check`. Exit code 0: no problems, or none that `--fix` left; 2: problems, 1: error (thrown). */
export async function rulesCheck(
  given: string | undefined,
  options: RulesCheckOptions,
  globals: GlobalOptions,
): Promise<void> {
  if (namesStates(options)) validateSources(options);
  const path = shortPath(given ?? findRulesFile(options.cwd ?? process.cwd()));
  if (options.fix) {
    if (path === "-" || isSpecialFile(path)) throw new UsageError("--fix rewrites a file: name a regular file");
    checkOutput(path);
  }
  const editor = new Editor(path, options.fix === true);
  let result = validateRules(editor.value);
  // A file of the right shape can show further mistakes.
  while ("mistakes" in result && editor.fix(result.mistakes)) result = validateRules(editor.value);
  const check = "mistakes" in result ? result : await compare(result.data, options, globals);
  const mistakes = editor.fix(check.mistakes)
    ? check.mistakes.filter((mistake) => !editor.hasFixed(mistake))
    : check.mistakes;
  await editor.save();
  const file: CheckedFile = {
    path,
    placeOf: editor.placeOf,
    check: { ...check, mistakes },
    ...(options.fix ? { fixed: editor.fixed } : { fixable: editor.fixesOf(mistakes).fixes.length }),
  };
  process.stdout.write(rulesCheckFormats[options.output](file, hasColour(process.stdout, globals)));
  if (mistakes.length > 0) process.exitCode = 2;
}

/** The text of a rules file, in which names are rewritten if that is wanted. Each version of the text is parsed once. */
class Editor {
  readonly #path: string;
  readonly #isWanted: boolean;
  readonly #read: string;
  readonly #fixes: Fix[] = [];
  #text: string;
  #parsed: ParsedYaml;

  constructor(path: string, isWanted: boolean) {
    this.#path = path;
    this.#isWanted = isWanted;
    this.#text = this.#read = readRulesText(path);
    this.#parsed = parseRulesText(this.#text, path);
  }

  get value(): unknown {
    return this.#parsed.value;
  }

  get placeOf(): CheckedFile["placeOf"] {
    return this.#parsed.placeOf;
  }

  fixesOf(mistakes: readonly Mistake[]): ReturnType<typeof applyFixes> {
    return applyFixes(this.#text, this.#parsed.document, mistakes);
  }

  /** Rewrites the names of mistakes. Returns whether there were any. */
  fix(mistakes: readonly Mistake[]): boolean {
    if (!this.#isWanted) return false;
    const { text, fixes } = this.fixesOf(mistakes);
    if (fixes.length === 0) return false;
    this.#fixes.push(...fixes);
    this.#text = text;
    this.#parsed = parseRulesText(text, this.#path);
    return true;
  }

  /** The names that were rewritten, in the order of the file. */
  get fixed(): readonly FixedName[] {
    return this.#fixes
      .map(({ mistake, from }) => {
        const to = mistake.replacement;
        // The key has its new name in the fixed file.
        const now = { ...mistake, ...(mistake.key === undefined ? {} : { key: to }) };
        return { ...locate(now, this.placeOf), path: locate(mistake, this.placeOf).path, from, to };
      })
      .sort((one, other) => one.line - other.line || one.column - other.column);
  }

  hasFixed(mistake: Mistake): boolean {
    return this.#fixes.some((fix) => fix.mistake === mistake);
  }

  async save(): Promise<void> {
    if (this.#text !== this.#read) await writeOutput(this.#path, this.#text);
  }
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
