import { checkPlan } from "../../drift/evaluate/check.js";
import { loadShownRules } from "../../drift/common/shown-rules.js";
import { makeReport } from "../../drift/evaluate/make.js";
import { explain } from "../../drift/explain/explain.js";
import { readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import { readReport } from "../../drift/report/read.js";
import { readPlan } from "../../drift/sources/plan.js";
import type { RuleName } from "../../policy/rules/file/rules-file.js";
import type { Explanation } from "../../drift/explain/explanation.js";
import { withInventory } from "../inventory/open.js";
import { findStates, withStates } from "../inventory/states.js";
import type { GlobalOptions } from "../options/global-options.js";
import { namesStates, validateSources, type PlanOptions } from "../options/source-options.js";
import { UsageError } from "../options/usage-error.js";
import { formatExplanation } from "../output/explanation.js";
import { formatData } from "../output/index.js";
import { rulesOf } from "./check.js";
import { view } from "./drift-options.js";

/** The options of `orange-cmdb rules explain`. */
export interface RulesExplainOptions extends PlanOptions {
  rules?: string;
  policyPackConfig?: string;
  ignoreFile?: string;
  baseline?: string;
  rule?: RuleName;
  output: "console" | "json";
}

/** `orange-cmdb rules explain`: prints why the rules report something about a resource, or nothing. @throws UsageError, DriftError */
export async function rulesExplain(
  text: string,
  options: RulesExplainOptions,
  version: string,
  globals: GlobalOptions,
): Promise<void> {
  if (text === "") throw new UsageError("the URN is empty: pass the URN of a resource, or the name at its end");
  const generator = `orange-cmdb ${version}`;
  const explanation = await (options.plan === undefined ? ofStates : ofPlan)(text, options, generator, globals);
  if (options.output === "json") process.stdout.write(await formatData("json", explanation));
  else process.stdout.write(formatExplanation(explanation, view(globals)));
}

async function ofStates(
  text: string,
  options: RulesExplainOptions,
  generator: string,
  globals: GlobalOptions,
): Promise<Explanation> {
  if (options.policyPackConfig !== undefined)
    throw new UsageError("--policy-pack-config needs --plan: drift has no configuration of the policy pack");
  validateSources(options, true);
  const loaded = loadShownRules(options.rules, options.cwd);
  const ignore = readIgnoreFile(options.ignoreFile);
  const baseline = options.baseline === undefined ? undefined : readReport(options.baseline);
  const { sources, from } = await findStates(options, globals);
  const { rules } = loaded;
  const now = new Date();
  return withStates(sources, { globals, from }, (inventory, onRead) => {
    const request = { sources, inventory, rules, rulesOrigin: loaded, onRead };
    const how = { generator, now, failOn: "never" as const, ignore, ...(baseline ? { baseline } : {}) };
    const { ignoreFile, rule } = options;
    return explain(text, (onResource) => makeReport({ ...request, onResource }, how), {
      rules,
      now,
      rule,
      rulesSource: loaded.source,
      ignoreFile,
      baseline: options.baseline,
    });
  });
}

async function ofPlan(
  text: string,
  options: RulesExplainOptions,
  generator: string,
  globals: GlobalOptions,
): Promise<Explanation> {
  if (namesStates(options) || options.baseline !== undefined || options.cwd !== undefined)
    throw new UsageError("--plan cannot be combined with options of states, --baseline or --cwd: leave these out");
  const { enforced, rulesOrigin } = rulesOf(options, globals);
  const ignore = readIgnoreFile(options.ignoreFile);
  const plan = await readPlan(options.plan ?? "");
  const now = new Date();
  return withInventory({ globals }, (inventory) => {
    const how = { generator, now, ignore, folder: process.cwd(), rulesOrigin };
    const { ignoreFile, rule } = options;
    return explain(text, (onResource) => checkPlan(plan, inventory, enforced, { ...how, onResource }), {
      rules: enforced.rules,
      now,
      rule,
      rulesSource: rulesOrigin.source,
      ignoreFile,
      configured: enforced,
    });
  });
}
