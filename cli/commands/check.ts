import { reasonOf } from "../../drift/common/errors.js";
import { checkFormatNames } from "../../drift/formats/names.js";
import { loadShownRules } from "../../drift/common/shown-rules.js";
import { ignoreFileName, readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import { checkPlan } from "../../drift/evaluate/check.js";
import type { RulesOrigin } from "../../drift/report/rules-origin.js";
import { placePlan } from "../../drift/evaluate/source-places.js";
import { readPlan } from "../../drift/sources/plan.js";
import { writeReport } from "../../drift/formats/write.js";
import { applyConfig, type EffectiveRules } from "../../policy/config/effective-rules.js";
import { parseYaml, YamlError, type ParsedYaml } from "../../policy/config/exact-yaml.js";
import { anyAge, whyUnavailable } from "../../policy/engine/inventory-result.js";
import type { UnavailableMode } from "../../policy/config/unavailable.js";
import { ApiError } from "../../provider/api/errors/errors.js";
import { OutputError } from "../../provider/files/output-error.js";
import type { NamedPath } from "../../provider/files/output-path.js";
import type { OpenInventoryResult } from "../../provider/inventory/open.js";
import { printError } from "../../provider/platform/print-error.js";
import { readInput } from "../../provider/files/read-input.js";
import { UsageError } from "../options/usage-error.js";
import type { GlobalOptions } from "../options/global-options.js";
import { logVerbose } from "../output/log.js";
import { openInventoryWithProgress } from "../inventory/open.js";
import { checkOutputs } from "../output/outputs.js";
import { parseOutputs, setExitCode, view } from "./drift-options.js";

interface CheckOptions {
  plan: string;
  rules?: string;
  policyPackConfig?: string;
  onUnavailable?: UnavailableMode;
  ignoreFile?: string;
  output?: string[];
}

/** `orange-cmdb check`. Exit code 0: no mandatory violation, 2: mandatory violation, 1: error (thrown). */
export async function check(options: CheckOptions, version: string, globals: GlobalOptions): Promise<void> {
  const outputs = parseOutputs(options.output, checkFormatNames);
  const { enforced, rulesOrigin } = rulesOf(options, globals);
  const writes = checkOutputs(
    outputs,
    {},
    [
      { name: "--plan", path: options.plan },
      { name: "--policy-pack-config", path: options.policyPackConfig },
      { name: "--ignore-file", path: options.ignoreFile ?? ignoreFileName },
      { name: "the rules file", path: rulesOrigin.convention === undefined ? rulesOrigin.source : undefined },
    ],
    globals,
  );
  const ignore = readIgnoreFile(options.ignoreFile);
  const plan = await readPlan(options.plan);
  const mode = options.onUnavailable ?? enforced.onUnavailable ?? "fail";
  const opened = await open(mode, writes, globals);
  if (!opened) return;
  try {
    const now = new Date();
    const how = { generator: `orange-cmdb ${version}`, now, ignore, folder: process.cwd(), rulesOrigin };
    const report = placePlan(checkPlan(plan, opened.mirror, enforced, how), process.cwd());
    await writeReport(report, outputs, view(globals));
    setExitCode(report);
  } finally {
    opened.mirror.close();
  }
}

/** Returns the rules with a configuration of the policy pack applied. @throws RulesFileError, UsageError */
export function rulesOf(
  { rules: path, policyPackConfig: config }: Pick<CheckOptions, "rules" | "policyPackConfig">,
  globals: GlobalOptions,
): {
  enforced: EffectiveRules;
  rulesOrigin: RulesOrigin;
} {
  const loaded = loadShownRules(path);
  logVerbose(`rules from ${loaded.source}`, globals);
  if (config === undefined)
    return { enforced: applyConfig(loaded.rules, {}, "the configuration"), rulesOrigin: loaded };
  const { value, placeOf } = configIn(config);
  return { enforced: applyConfig(loaded.rules, value, config, { path: config, placeOf }), rulesOrigin: loaded };
}

function configIn(path: string): ParsedYaml {
  try {
    return parseYaml(readInput(path));
  } catch (error) {
    const why = error instanceof YamlError ? error.describe(path) : `${path} cannot be read: ${reasonOf(error)}`;
    throw new UsageError(`the policy pack configuration ${why}`);
  }
}

/** Opens the inventory. Warns and returns undefined if it is unavailable and the mode is `warn`. */
async function open(
  mode: UnavailableMode,
  writes: readonly NamedPath[],
  globals: GlobalOptions,
): Promise<OpenInventoryResult | undefined> {
  try {
    return await openInventoryWithProgress({
      globals,
      writes,
      ...(mode === "use-stale" ? { args: { maxStale: anyAge } } : {}),
    });
  } catch (error) {
    if (error instanceof OutputError) throw error;
    const why = whyUnavailable(error, mode);
    if (mode === "use-stale" && error instanceof ApiError) throw new Error(why, { cause: error });
    if (mode !== "warn") throw error;
    printError(`orange-cmdb: warning: nothing was checked and no report was written: ${why}`);
    return undefined;
  }
}
