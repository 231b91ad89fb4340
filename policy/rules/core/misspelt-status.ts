import { distance } from "fastest-levenshtein";
import type { InventoryReader } from "../../../provider/model/inventory-reader.js";
import { nearestName } from "../../../provider/platform/similar-strings.js";
import { fieldValues, type InventoryRecord, type Kind } from "../../../provider/model/records.js";
import { statusWord } from "./status-word.js";
import { withPlace } from "../file/rule-places.js";
import type { RulesFile } from "../file/rules-file.js";

/** A status under `inService` that no record has, and the status that it probably means. */
export interface MisspeltStatus {
  readonly kind: Kind;
  readonly status: string;
  /** Its place in the list of the kind. */
  readonly index: number;
  /** The status that records have. */
  readonly nearest: string;
}

/** Returns the records of a kind. */
type Records = (kind: Kind) => Iterable<InventoryRecord>;

/**
 * Returns the statuses under `inService` that no record of the kind has, if records have a status that is spelled nearly the same.
 * Without this, each resource would be a finding.
 */
export function misspeltStatuses({ inService }: Pick<RulesFile, "inService">, records: Records): MisspeltStatus[] {
  return (Object.entries(inService) as [Kind, readonly string[]][]).flatMap(([kind, listed]) => {
    const held = new Map<string, string>();
    for (const record of records(kind))
      for (const status of fieldValues(record, "status")) held.set(statusWord(status), status);
    return listed.flatMap((status, index) => {
      const word = statusWord(status);
      if (held.has(word)) return [];
      const nearest = nearestName(
        word,
        [...held.keys()].filter((other) => !isNegation(word, other)),
      );
      // At most a quarter of the letters may differ, because the status is used and not only suggested.
      if (nearest === undefined || distance(word, nearest) * 4 > nearest.length) return [];
      return [{ kind, status, index, nearest: held.get(nearest) ?? nearest }];
    });
  });
}

/** Returns whether one word is the other with a prefix, such as `active` and `inactive`. */
function isNegation(word: string, other: string): boolean {
  return word.endsWith(other) || other.endsWith(word);
}

/** Rules with corrected statuses, and the misspelt ones. */
export interface CorrectedRules {
  readonly rules: RulesFile;
  readonly misspelt: readonly MisspeltStatus[];
}

/** Returns the rules with the probable status added for each misspelt one. */
export function correctStatuses(rules: RulesFile, inventory: InventoryReader): CorrectedRules {
  const { counts } = inventory.info();
  // A kind that the inventory lacks has no statuses to compare with.
  const misspelt = misspeltStatuses(rules, (kind) =>
    counts[kind] === undefined ? [] : inventory.list(kind, { fields: ["status"] }),
  );
  const inService = { ...rules.inService };
  for (const { kind, nearest } of misspelt) inService[kind] = [...(inService[kind] ?? []), nearest];
  return { rules: { ...rules, inService }, misspelt };
}

/** Returns the message about a misspelt status, for one message per run. */
export function describeMisspelt({ kind, status, index, nearest }: MisspeltStatus, rules: RulesFile): string {
  const message = `the rules' inService.${kind}: no ${kind} has the status ${JSON.stringify(status)}; ${JSON.stringify(nearest)} is used instead, the most similar one; correct the rules`;
  return withPlace(rules, ["inService", kind, index], message);
}
