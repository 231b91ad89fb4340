import { basename, dirname, join } from "node:path";
import { schemaComment } from "../../drift/common/schema-line.js";
import { counted } from "../../drift/formats/text/text.js";
import { firstRules, type FirstRules } from "../../drift/rules-init/index.js";
import { readPlan } from "../../drift/sources/plan.js";
import { checkOutput } from "../../provider/files/output-path.js";
import { pathExists } from "../../provider/files/path-exists.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { printError } from "../../provider/platform/print-error.js";
import { findStates, withStates } from "../inventory/states.js";
import type { GlobalOptions } from "../options/global-options.js";
import { namesStates, validateSources, type PlanOptions } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";

/** The options of `orange-cmdb rules init`. */
interface RulesInitOptions extends PlanOptions {
  readonly force?: boolean;
}

/** `orange-cmdb rules init`. Exit code 0: both files are written, 1: error (thrown), and no file is written. */
export async function rulesInit(
  given: string | undefined,
  options: RulesInitOptions,
  version: string,
  globals: GlobalOptions,
): Promise<void> {
  if (namesStates(options) || options.plan !== undefined) validateSources(options, true);
  const path = given ?? join(options.cwd ?? ".", "cmdb.rules.yaml");
  const tests = testFileOf(path);
  const how = { mustBeNew: options.force !== true };
  for (const file of [path, tests]) {
    if (how.mustBeNew && pathExists(file))
      throw new UsageError(`${file} exists: name another file, or pass --force to replace ${path} and ${tests}`);
    checkOutput(file);
  }
  const { sources, from } = await findStates(options, globals);
  const plan = options.plan === undefined ? undefined : await readPlan(options.plan);
  const writes = [path, tests].map((file) => ({ name: file, path: file }));
  const first = await withStates(sources, { globals, from, writes }, (inventory, onRead) =>
    firstRules({
      sources,
      ...(plan ? { planned: { stack: plan.name, resources: [...plan.resources, ...plan.unchanged] } } : {}),
      inventory,
      generator: `orange-cmdb ${version}`,
      now: new Date(),
      onRead,
      schemas: { rules: schemaComment("rules", dirname(path)), tests: schemaComment("tests", dirname(path)) },
      rulesFile: basename(path),
    }),
  );
  await writeOutput(path, first.rules, how);
  await writeOutput(tests, first.tests, how);
  report(first, path, tests);
}

function report({ entries, cases, resources }: FirstRules, path: string, tests: string): void {
  printError(`wrote ${path}: ${counted(entries, "reference")} from ${counted(resources, "resource")}`);
  printError(`wrote ${tests}: ${counted(cases, "case")}; run them with orange-cmdb rules test ${tests}`);
}

/** Returns the test file of a rules file: `cmdb.rules.test.yaml` for `cmdb.rules.yaml`. @throws UsageError */
function testFileOf(path: string): string {
  const name = basename(path).replace(/\.ya?ml$/, "");
  if (name === basename(path)) throw new UsageError(`the rules file ${path} must end with .yaml`);
  return join(dirname(path), `${name.endsWith(".rules") ? name : `${name}.rules`}.test.yaml`);
}
