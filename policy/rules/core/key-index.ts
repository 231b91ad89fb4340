import type { InventoryRecord } from "../../../provider/model/records.js";
import { SimilarityIndex } from "../../../provider/platform/similar-strings.js";
import { keyForm } from "../compare/keys.js";
import type { ReferenceKey } from "../file/reference-key.js";
import { valueOf } from "./record-value.js";
import { textsOf } from "./reference-values.js";

/** A value that records have in the field of an index, and the ids of these records. */
export interface NearKey {
  readonly text: string;
  readonly ids: readonly string[];
}

/** Records of a kind by the values of one field. A record with a list of values is found by each of them. */
export class KeyIndex {
  readonly #as: ReferenceKey["as"];
  /** Ids by the form of a value. Most values have one record, which is stored without a list. */
  readonly #ids = new Map<string, string | string[]>();
  /** The values as the records write them, one for each form. */
  readonly #texts: string[] = [];
  #similar: SimilarityIndex | undefined;

  /** @throws ExpressionCostError if the JMESPath exceeds its budget */
  constructor(records: Iterable<InventoryRecord>, { by, as }: ReferenceKey) {
    this.#as = as;
    for (const record of records) for (const text of textsOf(valueOf(record, by))) this.#add(text, record.id);
  }

  #add(text: string, id: string): void {
    const form = keyForm(this.#as, text);
    if (form === undefined) return;
    const earlier = this.#ids.get(form);
    if (earlier === undefined) {
      this.#ids.set(form, id);
      this.#texts.push(text);
    } else if (Array.isArray(earlier)) {
      if (earlier.at(-1) !== id) earlier.push(id);
    } else if (earlier !== id) this.#ids.set(form, [earlier, id]);
  }

  /** Returns the ids of the records with a value, in the order of the inventory. Empty values have none. */
  find(text: string): readonly string[] {
    const form = keyForm(this.#as, text);
    const ids = form === undefined ? undefined : this.#ids.get(form);
    return typeof ids === "string" ? [ids] : (ids ?? []);
  }

  /** Returns at most `count` values of records, the most similar first. */
  nearest(text: string, count = 3): NearKey[] {
    this.#similar ??= new SimilarityIndex(this.#texts);
    return this.#similar.nearest(text, count).map((near) => ({ text: near, ids: this.find(near) }));
  }
}
