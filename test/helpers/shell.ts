import { resolve } from "node:path";
import type { TestEnvironment } from "./environment";
import { runProgram, type CommandResult } from "./run-program";

const main = resolve(__dirname, "../../dist/cli/main.js");

/** The environment of a command on the scene, in which `$CMDB` is the command for a shell. */
export function environmentOf(scene: TestEnvironment): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...scene.sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: scene.cacheDir,
    NODE_OPTIONS: "",
    CMDB: `${process.execPath} ${main}`,
  };
}

/** Runs a line of the shell in a folder. */
export function shell(
  scene: TestEnvironment,
  cwd: string,
  line: string,
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return runProgram(["bash", "-c", line], { cwd, env: { ...environmentOf(scene), ...env } });
}
