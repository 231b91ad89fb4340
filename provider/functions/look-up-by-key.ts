import { filterTexts } from "../inventory/query/filter.js";
import { KeyIndex } from "../inventory/query/key-index.js";
import { missingField } from "../inventory/query/suggestions.js";
import { fieldToRead } from "../inventory/query/value-suggestions.js";
import type { InventoryReader } from "../model/inventory-reader.js";
import { cacheByObject } from "../platform/cache-by-object.js";
import { reasonWithoutForm, type KeyComparator } from "../model/keys/index.js";
import { collections, type Kind } from "../model/records.js";
import { isPersonal } from "../model/vendor-fields.js";
import { RecordLookupError } from "./results.js";

/** Maximum number of ids in an error. */
const MAX_LISTED = 10;

/** A value in a field, by which a tracked record names its record. */
export interface RecordKey {
  /** A named field, or the path of a field in the API's record, as in a filter. */
  readonly by: string;
  readonly value: string;
  readonly as: KeyComparator;
}

const indexOnce = cacheByObject<InventoryReader, KeyIndex>();

/** Returns the records of a kind by the values of a field. */
function indexOf(reader: InventoryReader, kind: Kind, { by, as }: RecordKey): KeyIndex {
  return indexOnce(reader, [kind, by, as], () => {
    return new KeyIndex(reader.list(kind, { fields: [fieldToRead(by)] }), as, filterTexts(by));
  });
}

/**
 * Returns the id of the one record that has a value in a field.
 * @param isSensitive whether messages may contain only texts of the key
 * @throws RecordLookupError `not-found` with the most similar values, or `ambiguous` with the ids
 */
export function idByKey(reader: InventoryReader, kind: Kind, key: RecordKey, isSensitive = false): string {
  const { by, value, as } = key;
  const wanted = `${by} ${JSON.stringify(value)}`;
  const reason = reasonWithoutForm(as, value);
  if (reason !== undefined) throw new RecordLookupError("not-found", kind, `${wanted} cannot be looked up: ${reason}`);
  const index = indexOf(reader, kind, key);
  const [id, ...others] = index.find(value);
  if (id === undefined) {
    const typo = missingField(reader, kind, by.split("."), "filter");
    if (typo !== undefined)
      throw new RecordLookupError("not-found", kind, `no ${kind} has a field ${by}${isSensitive ? "" : typo}`);
    const near = isSensitive || by.split(".").some(isPersonal) ? [] : index.nearest(value);
    const hint = near.map(({ text, ids }) => `${JSON.stringify(text)} (${shortList(ids, 2)})`).join(", ");
    throw new RecordLookupError("not-found", kind, `no ${kind} has ${wanted}${hint && `; did you mean ${hint}?`}`);
  }
  if (others.length === 0) return id;
  const ids = [id, ...others];
  const several = `${ids.length} ${collections[kind]} have ${wanted}${isSensitive ? "" : `: ${shortList(ids)}`}`;
  throw new RecordLookupError("ambiguous", kind, `${several}; use a field that only one of them has, or the id`);
}

function shortList(ids: readonly string[], most = MAX_LISTED): string {
  const more = ids.length - most;
  return ids.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
