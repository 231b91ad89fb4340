import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../../../sandbox";
import { makeProjectFolder } from "../../engine/helpers/project";
import { pluginFolder } from "../../plugin/environment";

/** A sandbox, and the folders of a program that uses the Automation API. */
export interface LanguageEnvironment {
  readonly sandbox: Sandbox;
  /** The cache folder of the plugin. */
  readonly cacheDir: string;
  /** Runs a command in the work folder. Returns its stdout. @throws Error with its stderr if it fails */
  run(command: readonly string[], variables?: Readonly<Record<string, string>>): Promise<string>;
  /** Returns the outputs of the stack. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
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
  const run: LanguageEnvironment["run"] = async ([program = "", ...args], variables = {}) => {
    const env = { ...project.env(), ...sandbox.environment, PATH: path, PWD: cwd, ...variables };
    const { stdout } = await promisify(execFile)(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };
  return {
    sandbox,
    cacheDir: join(project.folder, "mirror"),
    run,
    async outputs() {
      return JSON.parse(await run(["pulumi", "stack", "output", "--json", "--stack", "test"])) as Record<
        string,
        unknown
      >;
    },
    async end() {
      await sandbox.close();
      project.remove();
    },
  };
}
