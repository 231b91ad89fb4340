import { rules as allRules } from "../../policy/rules/index.js";
import type { LoadedRules } from "../../policy/config/load-rules.js";
import { inactiveReasonOf } from "../../policy/rules/core/inactive-reason.js";
import { summarizeList } from "../../policy/rules/core/show.js";
import type { Rule } from "../../policy/rules/core/types.js";
import { rulesFileSchema, type RulesFile } from "../../policy/rules/file/rules-file.js";
import type { CaseResult } from "./run.js";

/** A part of the rules, and the number of cases that use it. */
export interface CoveredPart {
  readonly name: string;
  readonly cases: number;
}

/** The parts of a rules file that cases use. */
export interface RulesCoverage {
  readonly source: string;
  /** Entries of `references`, such as `references.0 (configurationItem: aws:*)`. */
  readonly entries: readonly CoveredPart[];
  /** Rules that these rules make check something. */
  readonly rules: readonly CoveredPart[];
}

const { maxAge: defaultAge } = rulesFileSchema.parse({}).fresh;

/** Returns whether a rule can check something with these rules. A rule that only has its defaults needs no case. */
function needsCase(rule: Rule, rules: RulesFile): boolean {
  if (inactiveReasonOf(rule, rules) !== undefined) return false;
  return rule.name === "inventory-fresh" ? rules.fresh.maxAge !== defaultAge : rules.references.length > 0;
}

/** Counts the cases that use each entry of the rules, and each rule. An unused part is not tested. */
export function coverageOf({ rules, source }: LoadedRules, cases: readonly CaseResult[]): RulesCoverage {
  return {
    source,
    entries: rules.references.map((entry, index) => ({
      name: `references.${index} (${entry.kind}: ${summarizeList(entry.types, 3)})`,
      cases: cases.filter(({ entries }) => entries.has(entry)).length,
    })),
    rules: allRules
      .filter((rule) => needsCase(rule, rules))
      .map(({ name }) => ({ name, cases: cases.filter(({ examined }) => examined.includes(name)).length })),
  };
}

/** Returns the number of parts that at least one case uses, and of all parts. */
export function countCovered(coverage: readonly RulesCoverage[]): { covered: number; all: number } {
  const parts = coverage.flatMap(({ entries, rules }) => [...entries, ...rules]);
  return { covered: parts.filter(({ cases }) => cases > 0).length, all: parts.length };
}
