import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { reasonOf } from "../drift/errors.js";
import { PulumiCli } from "../drift/sources/pulumi-cli.js";
import { findProject, readProject, type ProjectPlace } from "../policy/pulumi-project.js";
import { readInput } from "../provider/read-input.js";
import { environmentName, keysIn, secretSettings, stackConfig, type ConfigSource } from "../provider/config.js";
import { warn } from "./log.js";

/** The stack whose configuration a command reads. */
export interface StackChoice {
  /** The folder where the search for `Pulumi.yaml` begins; it goes upwards. Default: the current folder. */
  readonly cwd?: string | undefined;
  /** Default: the selected stack. */
  readonly stack?: string | undefined;
}

/** What `pulumi config --json` prints. */
const printed = z.record(z.string(), z.object({ value: z.string().optional() }));

/**
 * Returns the `orange-cmdb:` configuration of a stack, for the settings that the environment does not have. The Pulumi CLI
 * reads it, secrets included, and only if a file of the project names a setting that is needed. It stays in memory. If it
 * cannot be read, the user is warned.
 */
export async function stackSettings({ cwd = process.cwd(), stack }: StackChoice = {}): Promise<ConfigSource> {
  // Pulumi started this command from a program, and handed over the configuration.
  if (process.env["PULUMI_CONFIG"]) return stackConfig;
  const project = findProject(cwd);
  const values = project === undefined ? {} : await readSettings(project, cwd, stack);
  const source = (key: string): string | undefined =>
    process.env[environmentName(key)] ? undefined : values[`orange-cmdb:${key}`]?.value;
  return Object.assign(source, { isSettable: project !== undefined, keys: () => keysIn(values) });
}

type Values = z.output<typeof printed>;

async function readSettings(project: ProjectPlace, cwd: string, stack: string | undefined): Promise<Values> {
  try {
    return isNeeded(project, stack) ? await readConfig(cwd, stack) : {};
  } catch (error) {
    const which = stack === undefined ? "the selected stack" : `the stack ${stack}`;
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError
        ? "the output of pulumi config has another form"
        : reasonOf(error);
    warn(`the orange-cmdb settings of ${which} are not used, because they cannot be read: ${why}`);
    return {};
  }
}

/** Starting the Pulumi CLI takes time: it is started only if the project's files may hold a setting that is not in the environment. */
function isNeeded(project: ProjectPlace, stack: string | undefined): boolean {
  const { stackConfigDir, config } = readProject(project);
  const stacks = [stackConfigDir, config].find((path) => typeof path === "string") ?? ".";
  const chosen = stack === undefined ? undefined : `Pulumi.${stack.split("/").at(-1)}.`;
  const files = filesIn(resolve(project.folder, String(stacks))).filter(
    (path) => /^Pulumi\..+\.ya?ml$/.test(basename(path)) && basename(path).startsWith(chosen ?? ""),
  );
  return [project.file, ...files].map(readInput).some(
    (text) =>
      // An environment of Pulumi ESC may hold any setting.
      /^environment:/m.test(text) || [...text.matchAll(/\borange-cmdb:(\w+)/g)].some(([, key = ""]) => isWanted(key)),
  );
}

function isWanted(key: string): boolean {
  // An inventory file needs no credentials.
  const isUseless = Boolean(process.env[environmentName("inventoryFile")]) && secretSettings.has(key as never);
  return !isUseless && !process.env[environmentName(key)];
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

async function readConfig(cwd: string, stack: string | undefined): Promise<Values> {
  const args = ["config", "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])];
  return printed.parse(JSON.parse(await new PulumiCli(cwd).text(args, "pulumi config")));
}
