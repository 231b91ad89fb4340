import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The inventory as files of the operating system, which costs more to test than what stands in them. */
const files =
  "{damage,database,descriptors,forget,load,lock,mirror-seal,portable,private-files,sealed-file,write-ahead-log}";

/**
 * What is mutated, and the tests that have to notice: the quick ones that run in the process, since what a child
 * process or a worker runs is the built package, without mutants.
 */
export const suites = {
  "policy/rules": {
    mutate: ["policy/rules/*.ts"],
    tests: tests("policy", "findings", "judge", "lookup", "path", "references", "rules", "secrets", "wildcard"),
  },
  "policy/rules/compare": { mutate: ["policy/rules/compare/*.ts"], tests: tests("policy", "compare") },
  "policy/rules/regions": { mutate: ["policy/rules/regions/*.ts"], tests: tests("policy", "places", "regions") },
  "provider/api/assumptions": { mutate: ["provider/api/assumptions.ts"], tests: tests("docs", "assumptions") },
  "provider/api": {
    mutate: ["provider/api/*.ts", "!provider/api/assumptions.ts"],
    tests: [
      ...tests("api", "bodies", "calls", "list", "messages", "pace", "proxy", "recording", "records", "token"),
      "faults/answers",
      "fidelity/record-disguise",
      "security/disguised",
    ],
  },
  "provider/inventory/files": {
    mutate: [`provider/inventory/${files}.ts`],
    tests: tests("inventory", "file-faults", "files", "log", "seal"),
  },
  // What the thread runs is the built package: test/inventory/files.test.ts tests it from outside.
  "provider/inventory/records": {
    mutate: ["provider/inventory/*.ts", `!provider/inventory/${files}.ts`, "!provider/inventory/load-thread.ts"],
    tests: tests("inventory", "file-faults", "files", "hints", "reading", "writing"),
  },
};

function tests(folder, ...names) {
  return names.map((name) => `${folder}/${name}`);
}

/**
 * Runs the suites of these folders, or all; what follows from the first option on is Stryker's. Answers the exit code: 1
 * where a score is below the threshold.
 */
export function mutate(args, env) {
  const first = args.findIndex((arg) => arg.startsWith("-"));
  const folders = first < 0 ? args : args.slice(0, first);
  const options = first < 0 ? [] : args.slice(first);
  // Files that are named are of the suite that is named, and not of those in its folder.
  const named = options.some((option) => option.startsWith("--mutate") || option === "-m");
  const within = (folder) =>
    named && Object.hasOwn(suites, folder)
      ? [folder]
      : Object.keys(suites).filter((name) => `${name}/`.startsWith(`${folder}/`));
  for (const folder of folders)
    if (within(folder).length === 0)
      throw new Error(`no such folder: ${folder}; there are ${Object.keys(suites).join(", ")}`);
  const stryker = join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const chosen = folders.length > 0 ? folders.flatMap(within) : Object.keys(suites);
  const failed = chosen.filter((name) => {
    const child = { cwd: root, env: { ...env, ORANGE_CMDB_MUTATE: name }, stdio: "inherit" };
    return spawnSync(process.execPath, [stryker, "run", ...options], child).status !== 0;
  });
  if (failed.length > 0) console.log(`below the threshold, or not run: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}
