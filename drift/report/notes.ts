import { valueOf } from "../../policy/rules/record-value.js";
import type { Reference, RulesFile } from "../../policy/rules/rules-file.js";
import { some } from "../../policy/rules/show.js";
import { didYouMean, hintsFor, nearestField, recordsWithout } from "../../provider/inventory/hints.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import type { ReportNote } from "./schema.js";
import type { Kind } from "../../provider/inventory/records.js";

/**
 * What of a rules file comes to nothing: entries that govern no resource, and fields of a record that no record has. Each is
 * said in the same words whatever else there is, so that parts of a report agree.
 * @param used the entries that govern a resource
 */
export function notesOf(rules: RulesFile, used: ReadonlySet<Reference>, inventory: InventoryReader): ReportNote[] {
  const covers = rules.cover.flatMap(({ kind, where }, index) =>
    hintsOf(inventory, kind, where).map((hint) => ({
      about: "rules-field" as const,
      message: `the rules' cover.${index}: ${hint}`,
    })),
  );
  const references = rules.references.flatMap((entry, index): ReportNote[] => {
    if (!used.has(entry)) {
      const message = `the rules' references.${index} (${some(entry.types, 3)}) governs no resource`;
      return [{ about: "rules-entry" as const, message, ...(entry.required ? { required: true as const } : {}) }];
    }
    return entry.match.flatMap(({ record: path }, at): ReportNote[] => {
      const hint = strange(entry.kind, path, inventory);
      if (hint === undefined) return [];
      const message = `the rules' references.${index}.match.${at} compares with "${path}", which no ${entry.kind} has${hint}`;
      return [{ about: "rules-field", message }];
    });
  });
  return [...references, ...covers];
}

function hintsOf(inventory: InventoryReader, kind: Kind, where: string | undefined): string[] {
  if (where === undefined || inventory.info().counts[kind] === undefined) return [];
  return hintsFor(inventory, kind, { where }, 1);
}

/** Where no record has a field: the nearest that one has, in words. */
function strange(kind: Kind, path: string, inventory: InventoryReader): string | undefined {
  try {
    const without = recordsWithout(inventory, kind, (record) => valueOf(record, path) !== undefined);
    const near = without && nearestField(path, without, path.startsWith("attributes.") ? "where" : "match");
    return without && didYouMean(near && `"${near}"`);
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}
