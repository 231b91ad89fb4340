import type { InventoryRecord, Kind } from "../../../provider/model/records.js";
import { canonical } from "../../../provider/platform/unicode.js";
import { reasonWithoutForm } from "../../../provider/model/keys/index.js";
import type { ReferenceKey } from "../file/reference-key.js";
import type { Lookup } from "./lookup.js";
import { invalidIdsIn, textsOf } from "./reference-values.js";
import type { FoundReference, UnmatchedValue } from "./types.js";

/** The part of a reference that the values of a field decide. */
type KeyedReference = Pick<FoundReference, "ids" | "records" | "unmatched" | "ambiguous" | "invalidIds">;

/**
 * Finds the records that have a value in a field, or one of a list of values. A value that several records have refers to none of
 * them. Texts are not split, because names can contain commas and spaces.
 * @throws KindUnavailableError
 */
export function resolveKeys(kind: Kind, key: ReferenceKey, value: unknown, lookup: Lookup): KeyedReference {
  const index = lookup.keyed(kind, key);
  const records = new Map<string, InventoryRecord>();
  const ambiguous: { text: string; ids: readonly string[] }[] = [];
  const unmatched: UnmatchedValue[] = [];
  for (const text of new Set(textsOf(value).map(canonical))) {
    const ids = index.find(text);
    const [only] = ids;
    if (ids.length > 1) ambiguous.push({ text, ids });
    else if (only === undefined) unmatched.push(toUnmatched(text, key));
    else {
      const record = lookup.record(kind, only);
      if (record) records.set(record.id, record);
    }
  }
  return {
    ids: [...records.keys()],
    records: [...records.values()],
    ambiguous,
    unmatched,
    invalidIds: invalidIdsIn(value),
  };
}

function toUnmatched(text: string, { as }: ReferenceKey): UnmatchedValue {
  const reason = reasonWithoutForm(as, text);
  return reason === undefined ? { text } : { text, reason };
}
