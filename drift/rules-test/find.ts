import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { findRules } from "../../policy/config/load-rules.js";
import { DriftError, reasonOf } from "../common/errors.js";

/** Names of test files, such as `cmdb.rules.test.yaml`. */
const testFileName = /\.rules\.test\.(ya?ml|json)$/;

/**
 * Returns the test files beside the rules file that `drift` finds in a folder, or those in the folder if no rules file is found.
 * @throws DriftError if no test file is found
 */
export function findTestFiles(cwd: string): string[] {
  const { source, convention } = findRules(undefined, cwd);
  const folder = convention === undefined ? dirname(source) : cwd;
  const found = namesIn(folder).filter((name) => testFileName.test(name));
  if (found.length === 0)
    throw new DriftError(
      `no *.rules.test.yaml found in ${folder}: write one beside the rules file, or name a test file`,
    );
  return found.sort().map((name) => relative(cwd, join(folder, name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new DriftError(`the folder ${folder} cannot be read: ${reasonOf(error)}`);
  }
}
