import type { InventoryRecord } from "../../model/records.js";
import { keyForm, type KeyComparator } from "../../model/keys/index.js";
import { SimilarityIndex } from "../../platform/similar-strings.js";

/** A value that records have in the field of an index, and the ids of these records. */
export interface NearKey {
  readonly text: string;
  readonly ids: readonly string[];
}

/** Records of a kind by the values of one field. A record with a list of values is found by each of them. */
export class KeyIndex {
  readonly #as: KeyComparator;
  /** Ids by the form of a value. Most values have one record, which is stored without a list. */
  readonly #ids = new Map<string, string | string[]>();
  /** The values as the records write them, one for each form. */
  readonly #texts: string[] = [];
  #similar: SimilarityIndex | undefined;

  /** @param textsIn returns the texts of a record in the field */
  constructor(
    records: Iterable<InventoryRecord>,
    as: KeyComparator,
    textsIn: (record: InventoryRecord) => readonly string[],
  ) {
    this.#as = as;
    for (const record of records) for (const text of textsIn(record)) this.#add(text, record.id);
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
