import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.mjs";

/**
 * What is mutated, and the tests that have to notice: the quick ones that run in the process, since what a child
 * process or a worker runs is the built package, without mutants.
 */
export const suites = {
  "policy/rules": {
    mutate: ["policy/rules/{,core/,file/,resource/}*.ts"],
    tests: tests(
      "policy",
      "evaluate",
      "findings",
      "inventory-fresh",
      "location-consistent",
      "lookup",
      "path",
      "record-in-service",
      "reference-unique",
      "references",
      "rule-list",
      "rules",
      "secrets",
      "wildcard",
    ),
  },
  "policy/rules/compare": {
    mutate: ["policy/rules/compare/*.ts", "provider/model/keys/*.ts"],
    tests: tests("policy", "compare"),
  },
  "policy/rules/regions": {
    mutate: ["policy/rules/regions/*.ts"],
    tests: tests("policy", "property-paths", "regions"),
  },
  "provider/api/assumptions": { mutate: ["provider/api/assumptions.ts"], tests: tests("docs", "assumptions") },
  "provider/api": {
    mutate: ["provider/api/**/*.ts", "!provider/api/assumptions.ts"],
    tests: [
      ...tests(
        "api",
        "adaptive-limiter",
        "anonymize-openapi",
        "anonymizer",
        "bodies",
        "call-tokens",
        "calls",
        "failed-calls",
        "list",
        "messages",
        "paging",
        "proxy",
        "recorded-headers",
        "recorder",
        "records",
        "token",
      ),
      "faults/answers",
      "fidelity/record-disguise",
      "security/disguised",
    ],
  },
  "provider/platform": {
    mutate: ["provider/platform/{case,wildcard}.ts"],
    tests: [...tests("platform", "case"), "policy/wildcard"],
  },
  // The inventory as files of the operating system costs more to test than its records.
  "provider/inventory/files": {
    mutate: [
      "provider/inventory/mirror/*.ts",
      "provider/inventory/store/{corruption,database}.ts",
      "provider/files/permissions.ts",
      "!provider/inventory/mirror/load-thread.ts",
    ],
    tests: tests(
      "inventory",
      "checksum",
      "corruption",
      "database",
      "lock",
      "mirror-file",
      "open-inventory-file",
      "private-file",
      "sync-writer",
      "unused-mirrors",
    ),
  },
  // What the thread runs is the built package: test/inventory/sync-writer.test.ts tests it from outside.
  "provider/inventory/records": {
    mutate: [
      "provider/inventory/{,query/,store/}*.ts",
      "provider/model/**/*.ts",
      "provider/platform/{exact-json,printable,similar-strings,time,unicode}.ts",
      "!provider/inventory/store/{corruption,database}.ts",
    ],
    tests: tests(
      "inventory",
      "corruption",
      "database",
      "history-versions",
      "lock",
      "mirror-reader",
      "open-inventory-file",
      "private-file",
      "query-conditions",
      "record-fields",
      "similar-strings",
      "store",
      "suggestions",
      "sync-kinds",
      "sync-writer",
      "unused-mirrors",
      "writer",
    ),
  },
};

function tests(folder, ...names) {
  return names.map((name) => `${folder}/${name}`);
}

/**
 * Runs the suites of these folders, or all; what follows from the first option on is Stryker's. Returns the exit code: 1
 * if a score is below the threshold.
 */
export function mutate(args, env) {
  const first = args.findIndex((arg) => arg.startsWith("-"));
  const folders = first < 0 ? args : args.slice(0, first);
  const options = first < 0 ? [] : args.slice(first);
  // Named files belong to the named suite, not to suites in its folder.
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
