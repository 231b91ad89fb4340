import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.mjs";

/**
 * What is mutated, and the tests that have to notice: the quick ones that run in the process, since what a child
 * process or a worker runs is the built package, without mutants.
 */
export const suites = {
  "policy/rules": {
    mutate: ["policy/rules/*.ts"],
    tests: ["policy/{findings,judge,lookup,path,references,rules,secrets,wildcard}"],
  },
  "policy/rules/compare": { mutate: ["policy/rules/compare/*.ts"], tests: ["policy/compare"] },
  "policy/rules/regions": { mutate: ["policy/rules/regions/*.ts"], tests: ["policy/{places,regions}"] },
  "provider/api": { mutate: ["provider/api/*.ts"], tests: ["api/{errors,list,pace,token}"] },
  "provider/inventory": {
    mutate: ["provider/inventory/*.ts"],
    tests: ["inventory/{mirror,place,portable,queries}"],
  },
};

/** Runs the suites of these folders, or all; answers the exit code: 1 where a score is below the threshold. */
export function mutate(args, env) {
  const folders = args.filter((arg) => !arg.startsWith("-"));
  const wanted = (name) => folders.length === 0 || folders.some((folder) => `${name}/`.startsWith(`${folder}/`));
  const stryker = join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  let code = 0;
  for (const name of Object.keys(suites).filter(wanted)) {
    const options = args.filter((arg) => arg.startsWith("-"));
    const { status } = spawnSync(process.execPath, [stryker, "run", ...options], {
      cwd: root,
      env: { ...env, ORANGE_CMDB_MUTATE: name },
      stdio: "inherit",
    });
    if (status !== 0) code = 1;
  }
  return code;
}
