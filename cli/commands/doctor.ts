import { writeFileSync } from "node:fs";
import pc from "picocolors";
import { environmentName } from "../../provider/config.js";
import { examine, type DoctorReport } from "../../provider/doctor/index.js";
import { formatData } from "../output/index.js";
import { formatDoctor } from "../output/doctor.js";

/** `orange-cmdb doctor`: 0 where nothing failed and no assumption is refuted, 1 where something failed, 2 otherwise. */
export async function doctor(options: { output: "console" | "json" | "yaml"; write?: string }): Promise<void> {
  const report = await examine();
  process.stdout.write(
    options.output === "console" ? formatDoctor(report, pc.isColorSupported) : await formatData(options.output, report),
  );
  if (options.write !== undefined) {
    writeFileSync(options.write, environmentFile(report), { mode: 0o600 });
    process.stderr.write(`the proposed settings are in ${options.write}: source it, or look at it first\n`);
  }
  const failed = report.checks.some(({ status }) => status === "failed");
  const refuted = report.assumptions.some(({ verdict }) => verdict === "refuted");
  process.exitCode = failed ? 1 : refuted ? 2 : 0;
}

/** The proposed settings as shell variables. */
function environmentFile({ proposals }: DoctorReport): string {
  const lines = proposals.flatMap(({ setting, value, why }) => [
    `# ${setting}: ${why}`,
    `export ${environmentName(setting)}='${value.replaceAll("'", `'\\''`)}'`,
  ]);
  return ["# Settings that orange-cmdb doctor proposes", ...lines, ""].join("\n");
}
