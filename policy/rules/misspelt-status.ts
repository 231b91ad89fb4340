import { distance } from "fastest-levenshtein";
import type { InventoryReader } from "../../provider/inventory/inventory.js";
import { fieldValues, type InventoryRecord, type Kind } from "../../provider/inventory/records.js";
import { statusWord } from "./status-word.js";
import type { RulesFile } from "./rules-file.js";

/** A status under `inService` that no record has, and the one that it is taken for. */
export interface MisspeltStatus {
  readonly kind: Kind;
  readonly status: string;
  readonly meant: string;
}

/** Returns the records of a kind. */
type Records = (kind: Kind) => Iterable<InventoryRecord>;

/**
 * Returns the statuses under `inService` that no record of the kind has, if records have a status that is spelled nearly the same.
 * That status is then meant: otherwise each resource would be a finding.
 */
export function misspeltStatuses({ inService }: Pick<RulesFile, "inService">, records: Records): MisspeltStatus[] {
  return (Object.entries(inService) as [Kind, readonly string[]][]).flatMap(([kind, listed]) => {
    const held = new Map<string, string>();
    for (const record of records(kind))
      for (const status of fieldValues(record, "status")) held.set(statusWord(status), status);
    return listed.flatMap((status) => {
      const word = statusWord(status);
      if (held.has(word)) return [];
      const meant = [...held.keys()].find((other) => isNearly(word, other));
      return meant === undefined ? [] : [{ kind, status, meant: held.get(meant) ?? meant }];
    });
  });
}

/** Two letters differ in a long word, one in a short one. A word and its negation (`active`, `inactive`) are not the same. */
function isNearly(word: string, other: string): boolean {
  if (word.endsWith(other) || other.endsWith(word)) return false;
  return distance(word, other) <= (Math.min(word.length, other.length) >= 8 ? 2 : 1);
}

/** Rules whose statuses are those that are meant, and what was misspelt. */
export interface MeantRules {
  readonly rules: RulesFile;
  readonly misspelt: readonly MisspeltStatus[];
}

/** Adds the statuses that are meant to those that are misspelt. */
export function meantRules(rules: RulesFile, inventory: InventoryReader): MeantRules {
  const { counts } = inventory.info();
  // Of a kind that the inventory does not hold nothing is known.
  const misspelt = misspeltStatuses(rules, (kind) =>
    counts[kind] === undefined ? [] : inventory.list(kind, { fields: ["status"] }),
  );
  const inService = { ...rules.inService };
  for (const { kind, meant } of misspelt) inService[kind] = [...(inService[kind] ?? []), meant];
  return { rules: { ...rules, inService }, misspelt };
}

/** Describes a misspelt status in one sentence, for one message a run. */
export function describeMisspelt({ kind, status, meant }: MisspeltStatus): string {
  return `the rules' inService.${kind}: no ${kind} has the status ${JSON.stringify(status)}; it is taken for ${JSON.stringify(meant)}, the nearest that records have: correct it`;
}
