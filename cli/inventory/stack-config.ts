import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { reasonOf } from "../../drift/common/errors.js";
import { PulumiCli } from "../../drift/sources/pulumi/pulumi-cli.js";
import { findProject, readProject, type ProjectPlace } from "../../policy/config/pulumi-project.js";
import { readInput } from "../../provider/files/read-input.js";
import { keysIn, stackConfig, type ConfigSource } from "../../provider/settings/sources.js";
import { environmentName, secretSettings } from "../../provider/settings/schema.js";
import type { InventoryArgs } from "../../provider/settings/args.js";
import { warn } from "../output/log.js";

/** The stack whose configuration a command reads. */
export interface StackChoice {
  /** The folder where the search for `Pulumi.yaml` begins; it goes upwards. Default: the current folder. */
  readonly cwd?: string | undefined;
  /** Default: the selected stack. */
  readonly stack?: string | undefined;
}

/** Output of `pulumi config --json`. */
const printed = z.record(z.string(), z.object({ value: z.string().optional() }));

/**
 * Returns the `orange-cmdb:` configuration of a stack, for the settings that the environment does not have. The Pulumi CLI
 * reads it, with secrets, only if a file of the project has a setting that is needed. The values stay in memory. An unreadable
 * configuration is a warning.
 * @param args settings that are not needed from the configuration
 */
export async function stackSettings(
  args: InventoryArgs,
  { cwd = process.cwd(), stack }: StackChoice = {},
): Promise<ConfigSource> {
  // Pulumi passes the configuration in this variable if a program of a stack starts the command.
  if (process.env["PULUMI_CONFIG"]) return stackConfig;
  const project = findProject(cwd);
  const values = project === undefined ? {} : await readSettings(project, cwd, stack, args);
  const source = (key: string): string | undefined =>
    process.env[environmentName(key)] ? undefined : values[`orange-cmdb:${key}`]?.value;
  return Object.assign(source, { isSettable: project !== undefined, keys: () => keysIn(values) });
}

type Values = z.output<typeof printed>;

async function readSettings(
  project: ProjectPlace,
  cwd: string,
  stack: string | undefined,
  args: InventoryArgs,
): Promise<Values> {
  try {
    return isNeeded(project, stack, args) ? await readConfig(cwd, stack) : {};
  } catch (error) {
    const which = stack === undefined ? "the selected stack" : `the stack ${stack}`;
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError
        ? "unexpected output of pulumi config"
        : reasonOf(error);
    warn(`cannot read the orange-cmdb settings of ${which}; continuing without them: ${why}`);
    return {};
  }
}

/** Returns whether the project's files may have a needed setting. Avoids the slow start of the Pulumi CLI otherwise. */
function isNeeded(project: ProjectPlace, stack: string | undefined, args: InventoryArgs): boolean {
  const { stackConfigDir, config } = readProject(project);
  const stacks = [stackConfigDir, config].find((path) => typeof path === "string") ?? ".";
  const chosen = stack === undefined ? undefined : `Pulumi.${stack.split("/").at(-1)}.`;
  const files = filesIn(resolve(project.folder, String(stacks))).filter(
    (path) => /^Pulumi\..+\.ya?ml$/.test(basename(path)) && basename(path).startsWith(chosen ?? ""),
  );
  return [project.file, ...files].map(readInput).some(
    (text) =>
      // A Pulumi ESC environment can have any setting.
      /^environment:/m.test(text) ||
      [...text.matchAll(/\borange-cmdb:(\w+)/g)].some(([, key = ""]) => isWanted(key, args)),
  );
}

function isWanted(key: string, args: InventoryArgs): boolean {
  const isSet = (name: string): boolean =>
    args[name as keyof InventoryArgs] !== undefined || Boolean(process.env[environmentName(name)]);
  // An inventory file needs no credentials of the API.
  const isUseless = isSet("inventoryFile") && secretSettings.has(key as never) && key !== "inventoryToken";
  return !isUseless && !isSet(key);
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

async function readConfig(cwd: string, stack: string | undefined): Promise<Values> {
  const args = ["config", "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])];
  return printed.parse(JSON.parse(await new PulumiCli(cwd).text(args, "pulumi config")));
}
