import { reasonOf } from "../../drift/errors.js";
import { formats } from "../../drift/formats/index.js";
import { ignoreFileName, readIgnoreFile } from "../../drift/ignore-file.js";
import { checkPlan } from "../../drift/report/check.js";
import type { RulesOrigin } from "../../drift/report/rules-origin.js";
import { placePlan } from "../../drift/report/source-places.js";
import { readPlan } from "../../drift/sources/plan.js";
import { writeReport } from "../../drift/write.js";
import { enforce, type Enforced } from "../../policy/enforce.js";
import { parseYaml, YamlError, type ParsedYaml } from "../../policy/exact-yaml.js";
import { findRules, loadRulesFile } from "../../policy/load-rules.js";
import { anyAge, whyUnavailable } from "../../policy/opened.js";
import type { UnavailableMode } from "../../policy/unavailable.js";
import { ApiError } from "../../provider/api/errors.js";
import { OutputError } from "../../provider/files/output-error.js";
import type { NamedPath } from "../../provider/files/output-path.js";
import type { Opened } from "../../provider/open.js";
import { printError } from "../../provider/print-error.js";
import { readInput } from "../../provider/read-input.js";
import { UsageError } from "../fail.js";
import { verbose } from "../log.js";
import { openShown } from "../open.js";
import { checkOutputs } from "../outputs.js";
import { parseOutputs, setExitCode, shownRules, view } from "./drift-options.js";

/** Formats of the drift report that suit a plan: there is no page, whose matter is coverage. */
const checkFormats = Object.keys(formats).filter((name) => name !== "html");

interface CheckOptions {
  plan: string;
  rules?: string;
  policyPackConfig?: string;
  onUnavailable?: UnavailableMode;
  ignoreFile?: string;
  output?: string[];
}

/** `orange-cmdb check`: 0 nothing mandatory, 2 a mandatory violation, 1 (thrown) it could not be established. */
export async function check(options: CheckOptions, version: string): Promise<void> {
  const outputs = parseOutputs(options.output, checkFormats);
  const { enforced, rulesFrom } = rulesOf(options);
  const writes = checkOutputs(outputs, {}, [
    { name: "--plan", path: options.plan },
    { name: "--policy-pack-config", path: options.policyPackConfig },
    { name: "--ignore-file", path: options.ignoreFile ?? ignoreFileName },
    { name: "the rules file", path: rulesFrom.convention === undefined ? rulesFrom.source : undefined },
  ]);
  const ignore = readIgnoreFile(options.ignoreFile);
  const plan = await readPlan(options.plan);
  const mode = options.onUnavailable ?? enforced.onUnavailable ?? "fail";
  const opened = await open(mode, writes);
  if (!opened) return;
  try {
    const now = new Date();
    const how = { generator: `orange-cmdb ${version}`, now, ignore, folder: process.cwd(), rulesFrom };
    const report = placePlan(checkPlan(plan, opened.mirror, enforced, how), process.cwd());
    await writeReport(report, outputs, view());
    setExitCode(report);
  } finally {
    opened.mirror.close();
  }
}

function rulesOf({ rules: path, policyPackConfig: config }: CheckOptions): {
  enforced: Enforced;
  rulesFrom: RulesOrigin;
} {
  const loaded = shownRules(path === undefined ? findRules(undefined, process.cwd()) : loadRulesFile(path));
  verbose(`rules from ${loaded.source}`);
  if (config === undefined) return { enforced: enforce(loaded.rules, {}, "the configuration"), rulesFrom: loaded };
  const { value, placeOf } = configIn(config);
  return { enforced: enforce(loaded.rules, value, config, { path: config, placeOf }), rulesFrom: loaded };
}

function configIn(path: string): ParsedYaml {
  try {
    return parseYaml(readInput(path));
  } catch (error) {
    const why = error instanceof YamlError ? error.describe(path) : `${path} cannot be read: ${reasonOf(error)}`;
    throw new UsageError(`the policy pack configuration ${why}`);
  }
}

/** Opens the inventory; undefined, with a warning, if it is unavailable and `--on-unavailable warn` allows that. */
async function open(mode: UnavailableMode, writes: readonly NamedPath[]): Promise<Opened | undefined> {
  try {
    return await openShown({ writes, ...(mode === "stale" ? { args: { maxStale: anyAge } } : {}) });
  } catch (error) {
    if (error instanceof OutputError) throw error;
    const why = whyUnavailable(error, mode);
    if (mode === "stale" && error instanceof ApiError) throw new Error(why, { cause: error });
    if (mode !== "warn") throw error;
    printError(`orange-cmdb: warning: nothing was checked, and no report written: ${why}`);
    return undefined;
  }
}
