import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { percent } from "../formats/text/text.js";
import { countCovered, coverageOf, type RulesCoverage } from "./coverage.js";
import { withRecords, type TestFile } from "./read.js";
import { runCases, type CaseResult } from "./run.js";

/** The result of test files. */
export interface TestRun {
  readonly files: readonly { readonly path: string; readonly rules: string; readonly cases: readonly CaseResult[] }[];
  /** Coverage of each rules file. */
  readonly coverage: readonly RulesCoverage[];
  /** Used parts of all rules files, in per cent: 100 only if cases use all of them. */
  readonly percent: number;
  /** The minimum of `percent`, if one is required. */
  readonly minimum: number | undefined;
  /** False if a case failed, or if `percent` is below the minimum. */
  readonly passed: boolean;
}

/**
 * Runs test files.
 * @param other the inventory for test files without records
 * @param minimum the required coverage in per cent
 * @throws DriftError if a test file has no records and there is no other inventory
 */
export function runTestFiles(
  files: readonly TestFile[],
  other: InventoryReader | undefined,
  minimum?: number,
): TestRun {
  const results = files.map((file) => ({
    path: file.path,
    rules: file.rules,
    cases: withRecords(file, other, (inventory) => runCases(file, inventory)),
  }));
  const coverage = [...new Set(results.map(({ rules }) => rules))].map((rules) =>
    coverageOf(
      rules,
      results.filter((file) => file.rules === rules).flatMap(({ cases }) => cases),
    ),
  );
  const { covered, all } = countCovered(coverage);
  const share = percent(covered, all) ?? 100;
  const isEachPassed = results.every(({ cases }) => cases.every(({ failures }) => failures.length === 0));
  return {
    files: results.map(({ path, rules, cases }) => ({ path, rules: rules.source, cases })),
    coverage,
    percent: share,
    minimum,
    passed: isEachPassed && share >= (minimum ?? 0),
  };
}
