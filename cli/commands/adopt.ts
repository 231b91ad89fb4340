import { join } from "node:path";
import { adopt as propose } from "../../drift/adopt/adopt.js";
import { adoptionFormats } from "../../drift/adopt/formats/index.js";
import { decisionsFileName, readDecisions } from "../../drift/adopt/write/decisions.js";
import { filesOf, writeFiles } from "../../drift/adopt/write/index.js";
import { loadShownRules } from "../../drift/common/shown-rules.js";
import { readPlan } from "../../drift/sources/plan.js";
import { checkOutput, isSameFile } from "../../provider/files/output-path.js";
import { pathExists } from "../../provider/files/path-exists.js";
import { printError } from "../../provider/platform/print-error.js";
import { writeOutput } from "../../provider/files/write-output.js";
import type { GlobalOptions } from "../options/global-options.js";
import { validateSources, type PlanOptions } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";
import { findStates, withStates } from "../inventory/states.js";
import { logVerbose } from "../output/log.js";
import { standardOutput } from "../output/outputs.js";
import { view } from "./drift-options.js";

/** The options of `orange-cmdb adopt`. */
export interface AdoptOptions extends PlanOptions {
  readonly rules?: string;
  readonly decisions?: string;
  readonly write?: string;
  readonly output: keyof typeof adoptionFormats;
}

/** `orange-cmdb adopt`. Exit code 0: the matches were established, even if nothing is proposed; 1: error (thrown). */
export async function adopt(options: AdoptOptions, version: string, globals: GlobalOptions): Promise<void> {
  validateSources(options, true);
  const loaded = loadShownRules(options.rules, options.cwd);
  logVerbose(`rules from ${loaded.source}`, globals);
  const { write } = options;
  if (write !== undefined) checkDecisionsOutput(join(write, decisionsFileName), options.decisions);
  const decisions = readDecisions(options.decisions, write);
  const { sources, from } = await findStates(options, globals);
  const plan = options.plan === undefined ? undefined : await readPlan(options.plan);
  const adoption = await withStates(sources, { globals, from, writes: [standardOutput] }, (inventory, onRead) =>
    propose({
      sources,
      ...(plan ? { planned: { stack: plan.name, resources: [...plan.resources, ...plan.unchanged] } } : {}),
      inventory,
      rules: loaded.rules,
      ruleSource: loaded.source,
      earlier: decisions,
      generator: `orange-cmdb ${version}`,
      now: new Date(),
      onRead,
    }),
  );
  if (write !== undefined) {
    const rules = loaded.convention === undefined ? loaded.source : undefined;
    const { files, remarks } = filesOf(adoption, { folder: write, rules, decisions });
    await writeFiles(files);
    for (const { path } of files) printError(`wrote ${path}`);
    remarks.forEach((remark) => printError(remark));
  }
  await writeOutput(standardOutput.path, adoptionFormats[options.output](adoption, view(globals)));
}

/** Checks that the file can be written, and does not lose decisions that the run does not read. @throws OutputError, UsageError */
function checkDecisionsOutput(path: string, read: string | undefined): void {
  checkOutput(path, { makeFolders: true });
  if (read !== undefined && pathExists(path) && !isSameFile(read, path))
    throw new UsageError(
      `--write would replace ${path}: add its decisions to ${read} and delete it, or omit --decisions`,
    );
}
