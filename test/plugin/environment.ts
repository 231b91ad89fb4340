import { join } from "node:path";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox";
import { makeProject, root, type Project } from "../engine/helpers/project";
import { addYaml } from "../engine/helpers/yaml";

/** The folder of the plugin's executable, as the build makes it. */
export const pluginFolder = join(root, "dist/plugin");

/** The name of the plugin's executable. */
export const executable = "pulumi-resource-orange-cmdb";

/** The plugin's executable, as the build makes it. */
export const pluginProgram = join(pluginFolder, executable);

/** A sandbox, and a project in YAML whose environment points at it. */
export interface PluginEnvironment {
  readonly sandbox: Sandbox;
  readonly project: Project;
  /** Writes the program; the plugin is named beside it. */
  program(parts: object): void;
  /** The lists that were asked for, by their names. */
  lists(): string[];
  end(): Promise<void>;
}

/** Makes a scene; `end` takes it away. */
export async function createPluginEnvironment(options: SandboxOptions = {}): Promise<PluginEnvironment> {
  const project = makeProject(false);
  const sandbox = await startSandbox(options);
  Object.assign(project.environment, sandbox.environment);
  addYaml(project);
  const plugins = { providers: [{ name: "orange-cmdb", path: pluginFolder }] };
  return {
    sandbox,
    project,
    program: (parts) =>
      project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml", plugins, ...parts })),
    lists: () => sandbox.requests.flatMap(({ path }) => /\/(\w+)\?/.exec(path)?.[1] ?? []),
    async end() {
      await sandbox.close();
      project.remove();
    },
  };
}
