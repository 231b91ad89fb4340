import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../../../sandbox";
import { makeProjectFolder } from "../../engine/helpers/project";
import { pluginFolder } from "../../plugin/environment";

/** The engine's output of a step, and the outputs of the stack. */
export interface StepResult {
  readonly text: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A sandbox, and the folders of a program that uses the Automation API. */
export interface LanguageEnvironment {
  readonly sandbox: Sandbox;
  /** The cache folder of the plugin. */
  readonly cacheDir: string;
  /** Runs a driver in the work folder. @throws Error with the driver's output if it fails */
  run(command: readonly string[], variables: Readonly<Record<string, string>>): Promise<StepResult>;
  end(): Promise<void>;
}

/**
 * Starts a sandbox.
 * @param projectFile `Pulumi.yaml` in the work folder, which names the plugin. Without it, the folder is empty and the plugin is on PATH
 */
export async function createLanguageEnvironment(projectFile?: string): Promise<LanguageEnvironment> {
  const sandbox = await startSandbox();
  const project = makeProjectFolder(false);
  const cwd = join(project.folder, "work");
  mkdirSync(cwd);
  if (projectFile !== undefined) writeFileSync(join(cwd, "Pulumi.yaml"), projectFile);
  const path = [...(projectFile === undefined ? [pluginFolder] : []), process.env["PATH"]].join(delimiter);
  return {
    sandbox,
    cacheDir: join(project.folder, "mirror"),
    async run([program = "", ...args], variables) {
      const env = { ...project.env(), ...sandbox.environment, PATH: path, PWD: cwd, ...variables };
      const { stdout } = await promisify(execFile)(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
      return JSON.parse(stdout) as StepResult;
    },
    async end() {
      await sandbox.close();
      project.remove();
    },
  };
}
