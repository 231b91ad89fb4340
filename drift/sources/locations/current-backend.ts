import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { findProject, readProject } from "../../../policy/config/pulumi-project.js";
import { DriftError } from "../../common/errors.js";
import { suggestStack } from "../choose-stacks.js";
import { allStacks, namedStacks, type StateSource } from "../source.js";
import type { PulumiCli } from "../pulumi/pulumi-cli.js";
import { openBackend } from "./open-backend.js";
import { backendStacks } from "./pulumi-backend.js";

const project = z.looseObject({
  name: z.string().optional(),
  backend: z.looseObject({ url: z.string().optional() }).nullish(),
});
const credentials = z.looseObject({ current: z.string().optional() });

type Project = z.output<typeof project>;

/** Returns the project of a folder; undefined if the folder has no project or it cannot be read. The CLI reports why. */
function projectOf(cwd: string): Project | undefined {
  try {
    const found = findProject(cwd);
    return found && project.parse(readProject(found));
  } catch {
    return undefined;
  }
}

/**
 * Returns the URL of the backend that the Pulumi CLI uses in a folder: PULUMI_BACKEND_URL, else that of the project, else that
 * of the last `pulumi login`.
 * @returns undefined if no login is stored, or the file of logins cannot be read; the CLI reports why
 */
function backendUrl(current: Project | undefined): string | undefined {
  const { PULUMI_BACKEND_URL: variable, PULUMI_HOME: home, PULUMI_CREDENTIALS_PATH: folder } = process.env;
  if (variable) return variable;
  const own = current?.backend?.url;
  if (own) return own;
  try {
    const file = join(folder || home || join(homedir(), ".pulumi"), "credentials.json");
    return existsSync(file) ? credentials.parse(JSON.parse(readFileSync(file, "utf8"))).current : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the stacks of the current backend if they can be read without the CLI; undefined for Pulumi Cloud. */
async function directStacks(current: Project | undefined): Promise<StateSource[] | undefined> {
  const url = backendUrl(current);
  const backend = url === undefined ? undefined : await openBackend(url);
  if (backend === undefined) return undefined;
  const stacks = await backendStacks(backend);
  if (stacks.length === 0)
    throw new DriftError(
      `the current backend ${backend.name} has no stacks: check PULUMI_BACKEND_URL, or run pulumi login`,
    );
  return stacks;
}

/**
 * Returns all stacks of the current backend. A DIY backend is read directly, Pulumi Cloud through the CLI.
 * @throws DriftError, ObjectStoreError if the stacks cannot be listed, or the backend has no stacks
 */
export async function currentStacks(cwd: string, pulumi: PulumiCli): Promise<StateSource[]> {
  return (await directStacks(projectOf(cwd))) ?? allStacks(pulumi);
}

/**
 * Returns stacks of the current backend by name. A name without a project is of the project in the folder.
 * @throws DriftError if the backend has no stack with one of the names
 */
export async function currentStacksNamed(
  names: readonly string[],
  cwd: string,
  pulumi: PulumiCli,
): Promise<StateSource[]> {
  if (names.length === 0) return [];
  const current = projectOf(cwd);
  const stacks = await directStacks(current);
  if (stacks === undefined) return namedStacks(names, pulumi);
  const byName = new Map(stacks.map((source) => [source.pulumiStack ?? "", source]));
  return names.map((name) => {
    const found = fullNames(name, current?.name).flatMap((full) => byName.get(full) ?? [])[0];
    if (found) return found;
    throw new DriftError(
      `the current backend has no stack ${name}${suggestStack(name, [...byName.keys()])}; pulumi stack ls --all lists its stacks`,
    );
  });
}

/**
 * Returns the names that a stack may have in the backend: as given, and in the layouts with and without projects. The CLI reads
 * `organization/STACK` as a stack of the current project.
 */
function fullNames(name: string, ofProject: string | undefined): string[] {
  const parts = name.split("/");
  if (parts.length > 2) return [name];
  if (parts.length === 2 && parts[0] !== "organization") return [`organization/${name}`];
  const stack = parts.at(-1) ?? "";
  return [stack, ...(ofProject === undefined ? [] : [`organization/${ofProject}/${stack}`])];
}
