import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { CommandResult } from "../../helpers/environment";

const root = resolve(__dirname, "../../..");

/** How the command is run in place of an installed one. */
export const command = `${process.execPath} ${join(root, "dist/cli/main.js")}`;

/** Where a job runs, and what is in its environment. */
export interface Runner {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a step's commands as the runner does: in bash, with the step's environment. */
export function bash(
  { folder, env }: Runner,
  script: string,
  more: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const all = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "", ...env, ...more };
  return new Promise((done) => {
    const args = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script];
    execFile("bash", args, { cwd: folder, env: all, maxBuffer: 1 << 26 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

interface Step {
  name: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as {
  inputs: Record<string, { default?: string }>;
  runs: { using: string; steps: Step[] };
};

/** The file that the action uploads to code scanning. */
export function uploadedBy(inputs: Readonly<Record<string, string>>): string {
  const file = action.runs.steps.find(({ name }) => name === "Code scanning")?.with?.["sarif_file"] ?? "";
  return file.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, name: string) => inputs[name] ?? "");
}

/** The inputs that the GitHub action takes. */
export const actionInputs = Object.keys(action.inputs);

/**
 * Runs every step of the GitHub action that has commands, one after the other, as far as they go.
 * @param isCached whether the file of the inventory that is there is from the cache
 */
export async function runAction(
  runner: Runner,
  inputs: Readonly<Record<string, string>>,
  isCached = false,
): Promise<{ steps: Record<string, CommandResult>; output: string; summary: string }> {
  const [output, summary] = [join(runner.folder, "output"), join(runner.folder, "summary")];
  writeFileSync(output, "");
  writeFileSync(summary, "");
  const values: Record<string, string> = { command, ...inputs };
  const steps: Record<string, CommandResult> = {};
  for (const { name, run: script, env = {} } of action.runs.steps) {
    if (script === undefined) continue;
    const given = Object.entries(env).map(([key, text]): [string, string] => {
      if (text.includes("steps.cache.outputs.cache-hit")) return [key, isCached ? "true" : ""];
      const [, input] = /inputs\.([a-z-]+)/.exec(text) ?? [];
      const [, said] = /steps\.drift\.outputs\.([a-z-]+)/.exec(text) ?? [];
      const code = new RegExp(`^${said}=(.*)$`, "m").exec(readFileSync(output, "utf8"))?.[1];
      return [key, input ? (values[input] ?? action.inputs[input]?.default ?? "") : (code ?? "")];
    });
    const files = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
    steps[name] = await bash(runner, script, { ...Object.fromEntries(given), ...files });
  }
  return { steps, output: readFileSync(output, "utf8"), summary: readFileSync(summary, "utf8") };
}

/** The jobs of the GitLab template. */
export const gitlabJobs = parse(readFileSync(join(root, "ci/gitlab.yml"), "utf8")) as Record<
  string,
  { script: string[]; parallel?: number }
>;

/** Runs a job's script as the GitLab runner does. */
export function runJob(runner: Runner, name: string, env: Readonly<Record<string, string>>): Promise<CommandResult> {
  const { variables } = gitlabJobs as unknown as { variables: Record<string, string> };
  const script = (gitlabJobs[name]?.script ?? []).join("\n");
  return bash(runner, script, { ...variables, CMDB_COMMAND: command, ...env });
}
