import { dirname } from "node:path";
import { shownRules } from "../../drift/common/shown-rules.js";
import { findTestFiles } from "../../drift/rules-test/find.js";
import { findResource } from "../../drift/rules-test/from-state/find-resource.js";
import { writeCase } from "../../drift/rules-test/from-state/index.js";
import { testFormats } from "../../drift/rules-test/formats.js";
import { runTestFiles } from "../../drift/rules-test/index.js";
import { readTestFiles, type TestFile } from "../../drift/rules-test/read.js";
import { findRules } from "../../policy/config/load-rules.js";
import { environmentName } from "../../provider/settings/schema.js";
import { withInventory } from "../inventory/open.js";
import type { GlobalOptions } from "../options/global-options.js";
import { UsageError } from "../options/usage-error.js";
import { hasColour } from "../output/colour.js";
import { warn } from "../output/log.js";
import { rerunOnChange } from "../output/rerun.js";

interface RulesTestOptions {
  coverage?: number;
  output: keyof typeof testFormats;
  watch?: boolean;
  fromState?: string;
  resource?: string;
}

/** `orange-cmdb rules test`. Exit code 0: passed, 2: a case failed or the coverage is too low, 1: error (thrown). */
export async function rulesTest(
  paths: readonly string[],
  options: RulesTestOptions,
  globals: GlobalOptions,
): Promise<void> {
  const { coverage, output, watch, fromState, resource } = options;
  if (fromState !== undefined) return writeCaseOf(fromState, resource, globals);
  if (resource !== undefined) throw new UsageError("--resource needs --from-state FILE");
  if (coverage !== undefined && coverage > 100) throw new UsageError("--coverage is a percentage from 0 to 100");
  if (watch && output !== "console") throw new UsageError("--watch prints to a terminal: leave out -o");
  const find = (): readonly string[] => (paths.length > 0 ? paths : findTestFiles(process.cwd()));
  if (!watch) {
    if (!(await run(readTestFiles(find()), options, globals))) process.exitCode = 2;
    return;
  }
  await rerunOnChange(find().map(dirname), async (addFolder) => {
    const files = readTestFiles(find());
    for (const { rules } of files) if (rules.convention === undefined) addFolder(dirname(rules.source));
    await run(files, options, globals);
  });
}

/** Runs test files and prints the result. Returns whether they passed. */
async function run(
  files: readonly TestFile[],
  { coverage, output }: RulesTestOptions,
  globals: GlobalOptions,
): Promise<boolean> {
  // Tests never call the API: only an inventory file is opened.
  const isOpened = files.some(({ records }) => records === undefined) && hasInventoryFile(globals);
  const result = isOpened
    ? await withInventory({ globals }, (inventory) => runTestFiles(files, inventory, coverage))
    : runTestFiles(files, undefined, coverage);
  process.stdout.write(testFormats[output](result, hasColour(process.stdout, globals)));
  return result.passed;
}

/** Prints an anonymized case of a resource of a state. */
async function writeCaseOf(path: string, wanted: string | undefined, globals: GlobalOptions): Promise<void> {
  if (wanted === undefined) throw new UsageError("--from-state needs --resource URN");
  const rules = shownRules(findRules(undefined, process.cwd()));
  const resource = await findResource(path, wanted, rules.rules);
  const { yaml, kept } = await withInventory({ globals }, (inventory) => writeCase(resource, inventory, rules));
  process.stdout.write(yaml);
  if (kept.length > 0)
    warn(
      `not anonymized, because the findings depend on the value: ${kept.join(", ")}; check these before you share the case`,
    );
}

function hasInventoryFile({ settings }: GlobalOptions): boolean {
  return Boolean(settings.inventoryFile ?? process.env[environmentName("inventoryFile")]);
}
