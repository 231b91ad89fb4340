import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Tests that need a Pulumi engine, OpenTofu, emulators, packages that are installed, a browser, a compiler or the shell of a CI job. */
export const engineTests = [
  "**/test/{engine,examples,languages,objects,plugin,release,terraform}/**/*.test.ts",
  "**/test/drift/{ci,html}.test.ts",
  "**/test/drift/rules-test/mutations.test.ts",
  "**/test/drift/locations/*-tofu.test.ts",
  "**/test/docs/{docs,site}.test.ts",
  "**/test/functions/{bundle,types}.test.ts",
  "**/test/inventory/object-inventory.test.ts",
];

/** Tests that start and kill processes, wait for timeouts and retries, or read large inputs. */
export const faultTests = [
  "**/test/{chaos,faults}/**/*.test.ts",
  "**/test/adopt/growth.test.ts",
  "**/test/doctor/own-answers.test.ts",
  "**/test/drift/large.test.ts",
  "**/test/inventory/mirror-session.test.ts",
];

/** Tests that run on Windows, or under Wine. */
export const windowsTests = "**/test/windows/**/*.test.ts";

/** The files that each script runs, as globs of jest; `test` runs all. */
export const selections = {
  test: ["**/test/**/*.test.ts", `!${windowsTests}`],
  "test:engine": engineTests,
  "test:faults": faultTests,
  "test:unit": ["**/test/**/*.test.ts", ...[...engineTests, ...faultTests, windowsTests].map((glob) => `!${glob}`)],
  "test:windows": [windowsTests],
};

/** Minimum free size, in bytes, of a file system in memory that has the temporary files of the tests. */
const MIN_MEMORY_DISK = 4 * 1024 ** 3;

/** Returns the parent folder of temporary files: in memory on Linux, where a sync to disk takes no time, unless TMPDIR names another one. */
function temporaryParent() {
  const inMemory = "/dev/shm";
  if (process.env["TMPDIR"]) return tmpdir();
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize < MIN_MEMORY_DISK ? tmpdir() : inMemory;
  } catch {
    return tmpdir();
  }
}

/** Runs the tests of a script with jest, and prints `N passed, N failed` from its JSON result as the last line. Returns the exit code. */
export function test(script, args, env) {
  const folder = mkdtempSync(join(temporaryParent(), "orange-cmdb-test-"));
  // Some tests continue as another user.
  chmodSync(folder, 0o711);
  const output = join(folder, "result.json");
  try {
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    const { status } = spawnSync(
      process.execPath,
      // --ci: no run writes a snapshot, except with -u.
      [
        ...[
          "--experimental-vm-modules",
          "--no-warnings",
          "--max-semi-space-size=64",
          jest,
          "--ci",
          "--json",
          `--outputFile=${output}`,
        ],
        // All programs of Wine share one server, which the first file to end would stop for the others.
        ...(script === "test:windows" ? ["--runInBand"] : []),
        // Before the globs: jest would take a path after them for one more glob, and run all tests.
        ...args,
        ...selections[script].map((glob) => `--testMatch=${glob}`),
      ],
      {
        cwd: root,
        // Wine's root has no such folder. Go collects garbage seldom: most of its programs end soon.
        env: { GOGC: "400", ...env, ...(script === "test:windows" ? {} : { TMPDIR: folder }) },
        stdio: ["ignore", "ignore", 2],
      },
    );
    const result = JSON.parse(readFileSync(output, "utf8"));
    // A suite that does not load counts as a failed test.
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    console.log(`${result.numPassedTests} passed, ${failed} failed`);
    return status === 0 && failed === 0 && result.numPassedTests > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
