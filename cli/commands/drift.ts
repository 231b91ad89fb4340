import { writeFileSync } from "node:fs";
import { readStack } from "../../drift/stack.js";
import { console as consoleFormat } from "../../drift/formats/console.js";
import { json } from "../../drift/formats/json.js";
import { makeReport, type Report } from "../../drift/report.js";
import { readStateFile } from "../../drift/state-file.js";
import { findRules, loadRulesFile } from "../../policy/load-rules.js";
import pc from "picocolors";
import { withInventory } from "../open.js";
import { UsageError } from "../fail.js";
import { log } from "../log.js";

const formats: Readonly<Record<string, (report: Report, colours: boolean) => string>> = {
  console: consoleFormat,
  json,
};

/** Findings at this severity or a worse one fail. */
const levels = { error: ["error"], warning: ["error", "warning"], never: [] } as const;

interface DriftOptions {
  state?: string;
  stack?: string;
  cwd?: string;
  rules?: string;
  output: string[];
  failOn: keyof typeof levels;
}

/** `orange-cmdb drift`: 0 nothing to fail on, 2 findings, 1 (thrown) it could not be established. */
export async function drift(options: DriftOptions): Promise<void> {
  const outputs = options.output.map(parseOutput);
  if ((options.state === undefined) === (options.stack === undefined)) {
    throw new UsageError("name the deployed resources: either --state FILE or --stack NAME");
  }
  const cwd = options.cwd ?? process.cwd();
  const { rules, source } = options.rules ? loadRulesFile(options.rules) : findRules(undefined, cwd);
  log(`rules from ${source}`);
  const resources =
    options.state === undefined ? await readStack(options.stack ?? "", cwd) : readStateFile(options.state);
  const report = await withInventory({}, (inventory) => makeReport(resources, inventory, rules));
  for (const { make, path } of outputs) {
    if (path === undefined) process.stdout.write(make(report, pc.isColorSupported));
    else writeFileSync(path, make(report, false));
  }
  if (levels[options.failOn].some((severity) => report.summary.findings[severity] > 0)) process.exitCode = 2;
}

function parseOutput(text: string): { make: (report: Report, colours: boolean) => string; path: string | undefined } {
  const [name = "", ...path] = text.split("=");
  const make = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!make) throw new UsageError(`there is no format "${name}"; formats are ${Object.keys(formats).join(", ")}`);
  return { make, path: path.length > 0 ? path.join("=") : undefined };
}
