import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Runs jest, and prints `N passed, N failed` from its JSON result as the last line; answers the exit code. */
export function test(args, env) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-test-"));
  const output = join(folder, "result.json");
  try {
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    const { status } = spawnSync(
      process.execPath,
      ["--experimental-vm-modules", "--no-warnings", jest, "--json", `--outputFile=${output}`, ...args],
      {
        cwd: root,
        env,
        stdio: ["ignore", "ignore", 2],
      },
    );
    const result = JSON.parse(readFileSync(output, "utf8"));
    // A suite that does not even load runs no test: it counts as one that failed.
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    console.log(`${result.numPassedTests} passed, ${failed} failed`);
    return status === 0 && failed === 0 && result.numPassedTests > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
