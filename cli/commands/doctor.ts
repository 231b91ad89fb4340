import { environmentName } from "../../provider/config.js";
import { readIgnoreFile } from "../../drift/ignore-file.js";
import { findRules } from "../../policy/load-rules.js";
import { examine, type Check, type DoctorReport } from "../../provider/doctor/index.js";
import { printError } from "../../provider/print-error.js";
import { checkOutput } from "../../provider/files/output-path.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { hasColour } from "../colour.js";
import { formatData } from "../output/index.js";
import { formatDoctor } from "../output/doctor.js";
import { stackSettings } from "../stack-config.js";
import { warnOfUnknownSettings } from "../../provider/unknown-settings.js";
import { checkCollisions, standardOutput } from "../outputs.js";

/** The options of the command, and those of all commands that stand for a setting. */
interface DoctorOptions {
  readonly output: "console" | "json" | "yaml";
  readonly write?: string;
  readonly inventory?: string;
  readonly record?: string;
}

/** `orange-cmdb doctor`: 0 where nothing failed and no assumption is refuted, 1 where something failed, 2 otherwise. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { inventory, record } = options;
  if (options.write !== undefined) {
    checkOutput(options.write, { mustBeNew: true });
    checkCollisions([{ name: `--write ${options.write}`, path: options.write }], [standardOutput]);
  }
  const flags = {
    ...(inventory === undefined ? {} : { inventoryFile: "--inventory" }),
    ...(record === undefined ? {} : { record: "--record" }),
  };
  const config = await stackSettings();
  warnOfUnknownSettings(config);
  const found = await examine(flags, config);
  const report = { ...found, checks: [...found.checks, ...rulesChecks()] };
  process.stdout.write(
    options.output === "console"
      ? formatDoctor(report, hasColour(process.stdout))
      : await formatData(options.output, report),
  );
  if (options.write !== undefined) await writeProposals(options.write, report);
  const failed = report.checks.some(({ status }) => status === "failed");
  const refuted = report.assumptions.some(({ verdict }) => verdict === "refuted");
  process.exitCode = failed ? 1 : refuted ? 2 : 0;
}

/** The files that say what is compared: a mistake in one would otherwise show in the next pipeline. */
function rulesChecks(): Check[] {
  const cwd = process.cwd();
  return [
    fileCheck("rules file", "mend the rules file, or ORANGE_CMDB_RULES", () => findRules(undefined, cwd).source),
    fileCheck("ignore file", "mend it", () => `${readIgnoreFile(undefined).length} entries`),
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
    printError(`no other settings are proposed: ${path} is not written`);
    return;
  }
  await writeOutput(path, environmentFile(proposals), { mustBeNew: true });
  printError(`the proposed settings are in ${path}: source it, or look at it first`);
}

/** The proposed settings as shell variables. */
function environmentFile(proposals: DoctorReport["proposals"]): string {
  const lines = proposals.flatMap(({ setting, value, why }) => [
    `# ${setting}: ${why}`,
    `export ${environmentName(setting)}='${value.replaceAll("'", `'\\''`)}'`,
  ]);
  return ["# Settings that orange-cmdb doctor proposes", ...lines, ""].join("\n");
}
