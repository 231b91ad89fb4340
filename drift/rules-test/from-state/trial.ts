import type { LoadedRules } from "../../../policy/config/load-rules.js";
import type { InventoryReader } from "../../../provider/model/inventory-reader.js";
import type { Attributes, Kind } from "../../../provider/model/records.js";
import { withInventoryOf } from "../records.js";
import { runCases, type CaseResult } from "../run.js";
import type { ExpectedFinding, TestResource } from "../schema.js";

/** A resource and the records that its rules read, as a test file writes them. */
export interface Trial {
  readonly resource: TestResource;
  readonly records: Readonly<Partial<Record<Kind, readonly Attributes[]>>>;
}

/** Evaluates a trial as a case of a test file. */
export function runTrial(trial: Trial, rules: LoadedRules, expect: ExpectedFinding[] = []): CaseResult {
  return withInventoryOf(trial.records, (inventory) => runWith(trial, rules, inventory, expect));
}

/** Evaluates the resource of a trial with the records of an inventory. */
export function runWith(
  { resource }: Trial,
  rules: LoadedRules,
  inventory: InventoryReader,
  expect: ExpectedFinding[] = [],
): CaseResult {
  const one = { name: "case", resource, complete: false, expect };
  const file = { path: "case", rules, cases: [one], records: undefined, placeOf: () => "case" };
  const [result] = runCases(file, inventory);
  if (result === undefined) throw new Error("a trial has one case");
  return result;
}

/** Returns what an anonymized trial must have in common with the real one: the findings without their values. */
export function outcomeOf({
  findings,
  examined,
  entries,
}: Pick<CaseResult, "findings" | "examined" | "entries">): string {
  const facts = findings.map(({ rule, severity, kind, about, undecided, message, actual }) => {
    // A finding that compares nothing has a reason in its message: a placeholder must not cause it.
    const isCompared = !/cannot be (compared|looked up)/.test(message);
    return JSON.stringify([rule, severity, kind, about, undecided, isCompared, actual === undefined]);
  });
  return JSON.stringify([facts.sort(), examined, entries.size]);
}
