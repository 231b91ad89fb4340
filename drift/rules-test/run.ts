import { evaluate, rules as allRules, type StackEvaluation } from "../../policy/rules/index.js";
import { correctStatuses } from "../../policy/rules/core/misspelt-status.js";
import { isUnset } from "../../policy/rules/core/references.js";
import { unusedEntries } from "../../policy/rules/core/unused-entries.js";
import type { Finding } from "../../policy/rules/core/types.js";
import type { Reference, RuleName, RulesFile } from "../../policy/rules/file/rules-file.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/model/inventory-reader.js";
import { durationIn } from "../../provider/platform/time.js";
import { compareFindings, describeExpected } from "./compare.js";
import type { TestFile } from "./read.js";
import { toResource } from "./resource.js";
import type { TestCase } from "./schema.js";

/** A reason why a case failed. */
export interface CaseFailure {
  /** Position in the test file, such as `cmdb.rules.test.yaml:12:7`. */
  readonly place: string;
  readonly message: string;
}

/** The result of a case. It passed if it has no failures. */
export interface CaseResult {
  readonly name: string;
  readonly place: string;
  readonly failures: readonly CaseFailure[];
  readonly findings: readonly Finding[];
  /** Rules that had something to compare. */
  readonly examined: readonly RuleName[];
  /** Entries of the rules that governed a resource which names a record, or must name one. */
  readonly entries: ReadonlySet<Reference>;
}

/** Evaluates the cases of a test file, each alone, with the evaluation of `drift`, `check` and the policy pack. */
export function runCases(file: TestFile, inventory: InventoryReader): CaseResult[] {
  const rules = correctStatuses(file.rules.rules, inventory).rules;
  return file.cases.map((one, index) => runCase(one, index, file, rules, inventory));
}

function runCase(
  given: TestCase,
  index: number,
  file: TestFile,
  rules: RulesFile,
  inventory: InventoryReader,
): CaseResult {
  const resources = (given.resources ?? [given.resource]).filter((one) => one !== undefined).map(toResource);
  // The age of an inventory of --inventory must not change the result.
  const now = new Date(Date.parse(inventory.info().syncedAt) + (durationIn(given.inventoryAge ?? "0s") ?? 0));
  const evaluation = evaluate(resources, inventory, rules, now);
  const findings = evaluation.findings.filter(({ rule }) => rule !== "inventory-covered" || given.complete);
  const examined = examinedRules(evaluation, given, rules, now);
  const { missing, unexpected } = compareFindings(given.expect, findings);
  const place = file.placeOf(index);
  const vacuous = vacuousReasons(evaluation, given, examined, file);
  return {
    name: given.name,
    place,
    failures: [
      ...vacuous.map((message) => ({ place, message })),
      ...missing.flatMap((at) => {
        const wanted = given.expect[at];
        const message = `not reported, but expected: ${wanted ? describeExpected(wanted) : ""}`;
        return [{ place: file.placeOf(index, "expect", at), message }];
      }),
      ...unexpected.map(({ rule, message, undecided }) => ({
        place: file.placeOf(index, "expect"),
        message: `reported, but not expected: ${rule}${undecided ? " (undecided)" : ""}: ${message}`,
      })),
    ],
    findings,
    examined,
    entries: new Set(
      evaluation.resources.flatMap(({ references }) =>
        references.filter((one) => one.entry.required || !isUnset(one)).map(({ entry }) => entry),
      ),
    ),
  };
}

/** Returns the rules that had something to compare in a case. */
function examinedRules(
  { resources, lookup, stack }: StackEvaluation,
  { complete, inventoryAge }: TestCase,
  rules: RulesFile,
  now: Date,
): RuleName[] {
  return allRules
    .filter((rule) => {
      // Every case has an inventory, and resources of a stack: only these keys make a case about them.
      if (rule.name === "inventory-fresh" && inventoryAge === undefined) return false;
      if (rule.name === "inventory-covered" && !complete) return false;
      if (rule.scope === "stack") return canExamine(() => rule.examines({ stack, rules, now }));
      return resources.some((one) => canExamine(() => rule.examines({ ...one, lookup, rules })));
    })
    .map(({ name }) => name);
}

/** A rule reports a kind that the inventory lacks, so it examined something. */
function canExamine(examines: () => boolean): boolean {
  try {
    return examines();
  } catch (error) {
    if (error instanceof KindUnavailableError) return true;
    throw error;
  }
}

/** Returns why a case proves nothing: it would pass with any rules. */
function vacuousReasons(
  { resources }: StackEvaluation,
  { expect }: TestCase,
  examined: readonly RuleName[],
  { rules: { rules, source } }: TestFile,
): string[] {
  const ungoverned = resources.filter(({ references }) => references.length === 0);
  if (ungoverned.length > 0)
    return ungoverned.map(({ resource: { name, type } }) => {
      const near = unusedEntries(rules, new Set(), [type]).find(({ nearest }) => nearest !== undefined);
      const hint = near ? `; the nearest is references.${rules.references.indexOf(near.entry)}` : "";
      return `proves nothing: no entry of ${source} governs ${name} (type ${type})${hint}; correct the type, or the rules`;
    });
  if (expect.length > 0 || examined.length > 0) return [];
  const nextStep = "refer to a record, or expect a finding";
  return [`proves nothing: no rule had anything to compare; ${nextStep}`];
}
