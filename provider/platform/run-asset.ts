import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { isSea } from "node:sea";
import { compiledFile } from "./compiled-file.js";

/**
 * Runs a compiled file in a second process, with an argument. A single executable starts itself, and runs the file that it holds.
 * @param folder the folder of the module that needs the process
 * @throws Error if the file does not exist
 */
export function runAsset(folder: string, name: string, argument: string): SpawnSyncReturns<Buffer> {
  const options = { stdio: "ignore" } as const;
  if (isSea()) {
    // tools/release/start.mjs reads the variable.
    const env = { ...process.env, ORANGE_CMDB_ASSET: name };
    return spawnSync(process.execPath, [argument], { ...options, env });
  }
  const file = compiledFile(folder, name);
  if (file === undefined) throw new Error(`${name} is missing; install pulumi-orange-cmdb again`);
  return spawnSync(process.execPath, [file, argument], options);
}
