import { distance } from "fastest-levenshtein";
import { valueOf } from "../../policy/rules/record-value.js";
import type { Reference, RulesFile } from "../../policy/rules/rules-file.js";
import { some } from "../../policy/rules/show.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import type { ReportNote } from "./schema.js";
import type { InventoryRecord, Kind } from "../../provider/inventory/records.js";

/** So many records are looked at first: what one of them has is found at once. */
const first = 100;

/** The deepest field that is proposed. */
const deepest = 4;

/**
 * What of a rules file comes to nothing: entries that govern no resource, and fields of a record that no record has. Each is
 * said in the same words whatever else there is, so that parts of a report agree.
 * @param used the entries that govern a resource
 */
export function notesOf(rules: RulesFile, used: ReadonlySet<Reference>, inventory: InventoryReader): ReportNote[] {
  return rules.references.flatMap((entry, index) => {
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
}

/** Where no record has a field: the nearest that one has, in words. */
function strange(kind: Kind, path: string, inventory: InventoryReader): string | undefined {
  try {
    const some = inventory.list(kind, { limit: first });
    const has = (record: InventoryRecord): boolean => valueOf(record, path) !== undefined;
    if (some.length === 0 || some.some(has)) return undefined;
    if (some.length === first && inventory.list(kind).some(has)) return undefined;
    const near = nearest(path, some);
    return near === undefined ? "" : `; did you mean "${near}"?`;
  } catch (error) {
    if (error instanceof KindUnavailableError) return undefined;
    throw error;
  }
}

function nearest(path: string, records: readonly InventoryRecord[]): string | undefined {
  const fields = new Set(records.flatMap(({ attributes, ...named }) => [...fieldsOf(named), ...fieldsOf(attributes)]));
  const wanted = path.replace(/^attributes\./, "").toLowerCase();
  const [best] = [...fields]
    .map((field) => ({ field, far: distance(wanted, field.toLowerCase()) }))
    .filter(({ field, far }) => far <= Math.max(2, Math.ceil(field.length / 2)))
    .sort((a, b) => a.far - b.far || (a.field < b.field ? -1 : 1));
  return best && (path.startsWith("attributes.") ? `attributes.${best.field}` : best.field);
}

/** The paths of all that is said, as JMESPath writes them. */
function fieldsOf(value: object, depth = 1): string[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    if (entry === undefined || entry === null || entry === "") return [];
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
    if (typeof entry !== "object" || Array.isArray(entry) || depth >= deepest) return [name];
    return fieldsOf(entry, depth + 1).map((rest) => `${name}.${rest}`);
  });
}
