import { environmentName } from "../../provider/settings/schema.js";
import { readIgnoreFile } from "../../drift/ignore/ignore-file.js";
import { findRules } from "../../policy/config/load-rules.js";
import { examine, type Check, type DoctorReport } from "../../provider/doctor/index.js";
import { printError } from "../../provider/platform/print-error.js";
import { checkOutput } from "../../provider/files/output-path.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { hasColour } from "../output/colour.js";
import { settingOptions, type GlobalOptions } from "../options/global-options.js";
import { formatData } from "../output/index.js";
import { formatDoctor } from "../output/doctor.js";
import { stackSettings } from "../inventory/stack-config.js";
import { warnOfUnknownSettings } from "../../provider/settings/unknown-settings.js";
import { checkCollisions, standardOutput } from "../output/outputs.js";

/** The options of `orange-cmdb doctor`. */
interface DoctorOptions {
  readonly output: "console" | "json" | "yaml";
  readonly writeEnv?: string;
}

/** `orange-cmdb doctor`. Exit code 0: all passed, 1: a check failed, 2: an assumption is refuted. */
export async function doctor(options: DoctorOptions, globals: GlobalOptions): Promise<void> {
  if (options.writeEnv !== undefined) {
    checkOutput(options.writeEnv, { mustBeNew: true });
    checkCollisions([{ name: `--write-env ${options.writeEnv}`, path: options.writeEnv }], [standardOutput], globals);
  }
  const { settings } = globals;
  const config = await stackSettings(settings);
  warnOfUnknownSettings(config);
  const found = await examine(settings, config, settingOptions);
  const report = { ...found, checks: [...found.checks, ...rulesChecks()] };
  process.stdout.write(
    options.output === "console"
      ? formatDoctor(report, hasColour(process.stdout, globals))
      : await formatData(options.output, report),
  );
  if (options.writeEnv !== undefined) await writeProposals(options.writeEnv, report);
  const failed = report.checks.some(({ status }) => status === "failed");
  const refuted = report.assumptions.some(({ verdict }) => verdict === "refuted");
  process.exitCode = failed ? 1 : refuted ? 2 : 0;
}

/** Checks the rules file and the ignore file, so that a mistake shows before the next pipeline. */
function rulesChecks(): Check[] {
  const cwd = process.cwd();
  return [
    fileCheck("rules file", "correct the rules file, or ORANGE_CMDB_RULES", () => findRules(undefined, cwd).source),
    fileCheck("ignore file", "correct the ignore file", () => `${readIgnoreFile(undefined).length} entries`),
  ];
}

function fileCheck(name: string, next: string, read: () => string): Check {
  try {
    return { area: "rules", name, status: "ok", detail: read() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { area: "rules", name, status: "failed", detail, next };
  }
}

async function writeProposals(path: string, { proposals }: DoctorReport): Promise<void> {
  if (proposals.length === 0) {
    printError(`no settings are proposed; ${path} is not written`);
    return;
  }
  await writeOutput(path, environmentFile(proposals), { mustBeNew: true });
  printError(`proposed settings written to ${path}; review and source it`);
}

/** Formats the proposed settings as shell variables. */
function environmentFile(proposals: DoctorReport["proposals"]): string {
  const lines = proposals.flatMap(({ setting, value, why }) => [
    `# ${setting}: ${why}`,
    `export ${environmentName(setting)}='${value.replaceAll("'", `'\\''`)}'`,
  ]);
  return ["# Settings that orange-cmdb doctor proposes", ...lines, ""].join("\n");
}
