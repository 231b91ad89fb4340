import pMap from "p-map";
import { fieldsOf } from "../../policy/rules/file/fields.js";
import { withPlaces } from "../../policy/rules/file/expression-places.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import type { RulesFile } from "../../policy/rules/file/rules-file.js";
import { inactiveReasonOf } from "../../policy/rules/core/inactive-reason.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { correctStatuses, describeMisspelt } from "../../policy/rules/core/misspelt-status.js";
import { rules as allRules } from "../../policy/rules/index.js";
import { suggestFixes } from "../../provider/inventory/query/suggestions.js";
import { kinds, type Kind } from "../../provider/model/records.js";
import { didYouMean } from "../../provider/platform/similar-strings.js";
import { CONCURRENT_READS, evaluateSource } from "../evaluate/evaluate-source.js";
import { placedNotesOf } from "../evaluate/notes.js";
import { keptInventory, type ReportInventory } from "../evaluate/records.js";
import { EvaluationContext, type StackPart } from "../evaluate/stack-evaluator.js";
import type { StateSource } from "../sources/source.js";
import { SplitPool } from "../sources/split-pool.js";
import { incomparableFields } from "./incomparable-fields.js";
import { UnmatchedExpressions } from "./unmatched-expressions.js";

/** Inputs of a check of a rules file. */
export interface RulesCheckRequest {
  readonly rules: RulesFile;
  /** States to compare types and properties with; without any, these are not checked. */
  readonly sources: readonly StateSource[];
  readonly inventory: ReportInventory;
  readonly now: Date;
  /** Called after each source. */
  readonly onRead?: (source: StateSource) => void;
}

/** What a check of a rules file found. */
export interface RulesCheck {
  readonly mistakes: readonly Mistake[];
  /** What could not be checked, and how to check it. */
  readonly unchecked: readonly string[];
  readonly stacks: number;
  readonly resources: number;
  /** The number of records of all kinds. */
  readonly records: number;
}

/**
 * Compares a rules file with the inventory and with states, and returns what has no effect or is misspelt.
 * @throws DriftError, KindUnavailableError if a state or a kind that the rules name cannot be read; there are no partial results
 */
export async function checkRules(request: RulesCheckRequest): Promise<RulesCheck> {
  const { rules, inventory, sources, now } = request;
  const { counts } = keptInventory(inventory);
  const named = namedKinds(rules);
  // Throws if a kind is unavailable, because its fields could not be checked.
  for (const kind of named) inventory.get(kind, "");
  const lookup = new Lookup(inventory, { fields: (kind) => fieldsOf(kind, rules, ["name"]) });
  const corrected = correctStatuses(rules, inventory);
  const expressions = new UnmatchedExpressions(rules);
  const onResource = expressions.add.bind(expressions);
  const by = new EvaluationContext({ lookup, rules: corrected.rules, now, onResource });
  const stacks = await evaluateSources(request, by);
  const isRead = sources.length > 0;
  const notes = placedNotesOf(rules, {
    used: isRead ? by.used : new Set(rules.references),
    types: by.types,
    resources: stacks.flatMap(({ claims }) => claims),
    inventory,
    lookup,
  });
  const statuses = corrected.misspelt.map((status, at) => {
    const { kind, index, nearest } = status;
    const isListed = rules.inService[kind]?.includes(nearest);
    const isMeantBefore = corrected.misspelt.findIndex((one) => one.kind === kind && one.nearest === nearest) < at;
    return {
      path: ["inService", kind, index],
      message: describeMisspelt(status, rules),
      // A list has a status once.
      replacement: isListed || isMeantBefore ? undefined : nearest,
    };
  });
  return {
    mistakes: [
      ...notes.map(({ path, message, nearest }) => ({
        path,
        message: message + didYouMean(nearest && JSON.stringify(nearest)),
      })),
      ...expressions.mistakes(),
      ...incomparableFields(rules, inventory),
      ...emptyCovers(rules, inventory),
      ...statuses,
      ...idleSeverities(rules),
    ],
    unchecked: [
      ...(isRead ? [] : ["types and properties: no state was given; pass --state, --stack, --all-stacks or --from"]),
      ...named
        .filter((kind) => counts[kind] === 0)
        .map((kind) => `fields of ${kind}: the inventory has no record of this kind`),
    ],
    stacks: stacks.length,
    resources: stacks.reduce((total, { resources }) => total + resources, 0),
    records: Object.values(counts).reduce((total, count) => total + count, 0),
  };
}

/** Reads whole resources, because a suggestion can be any of their properties. */
async function evaluateSources({ sources, onRead }: RulesCheckRequest, by: EvaluationContext): Promise<StackPart[]> {
  const pool = new SplitPool(sources);
  try {
    const evaluate = async (source: StateSource): Promise<StackPart> => {
      const part = await evaluateSource(source, by, pool, undefined);
      onRead?.(source);
      return part;
    };
    return await pMap(sources, evaluate, { concurrency: CONCURRENT_READS });
  } finally {
    await pool.close();
  }
}

/** Returns the kinds whose records the rules read. */
function namedKinds({ references, cover, inService }: RulesFile): Kind[] {
  const named = new Set<string>([...[...references, ...cover].map(({ kind }) => kind), ...Object.keys(inService)]);
  return kinds.filter((kind) => named.has(kind));
}

/** Returns the entries of `cover` that select no record, with the values that records have instead. */
function emptyCovers(rules: RulesFile, inventory: ReportInventory): Mistake[] {
  return rules.cover.flatMap(({ kind, where }, index): Mistake[] => {
    if (where === undefined || inventory.info().counts[kind] === 0) return [];
    const found = withPlaces(rules, () => inventory.list(kind, { where, limit: 1 })).length;
    if (found > 0) return [];
    // A field that no record has is a mistake of its own.
    const fields = new Set(suggestFixes(inventory, kind, { where }, 1));
    const values = suggestFixes(inventory, kind, { where }, 0).filter((hint) => !fields.has(hint));
    const message = [`the rules' cover.${index}.where selects no ${kind}`, ...values].join("; ");
    return fields.size > 0 && values.length === 0 ? [] : [{ path: ["cover", index, "where"], message }];
  });
}

/** Returns the severities of rules that have nothing to check. */
function idleSeverities(rules: RulesFile): Mistake[] {
  return allRules.flatMap((rule) => {
    const reason = rules.severity[rule.name] === undefined ? undefined : inactiveReasonOf(rule, rules);
    return reason === undefined
      ? []
      : [{ path: ["severity"], key: rule.name, message: `the rules' severity.${rule.name} has no effect: ${reason}` }];
  });
}
