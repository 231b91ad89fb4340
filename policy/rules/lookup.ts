import { KindUnavailableError, type InventoryInfo, type InventoryReader } from "../../provider/inventory/inventory.js";
import { QueryError } from "../../provider/inventory/query.js";
import { canonical, TextForms } from "../../provider/inventory/unicode.js";
import type { InventoryRecord, Kind } from "../../provider/inventory/records.js";

/** How many records that were looked up one by one are remembered. */
const remembered = 20_000;

/** So many look-ups one by one are many. */
const manyAsked = 1_000;

/** A kind with more records is never kept as a whole because of what was asked so far. */
const mostKept = 300_000;

/**
 * An id as Google Cloud can spell it in a label: lower-case letters, digits, `-` and `_`, anything else a `-`.
 */
export function labelValue(id: string): string {
  return canonical(id)
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-");
}

/** What is known beforehand of the look-ups. */
export interface LookupOptions {
  /** How many resources will be judged. */
  readonly expected?: number;
  /** What of a kind's records will be looked at: no more is read of them. Default: everything. */
  readonly fields?: (kind: Kind) => readonly string[] | undefined;
}

/**
 * Looks records up for the rules: each once, and a kind as a whole where most of it will be asked for, since reading a
 * kind in one go is many times faster than record by record.
 */
export class Lookup {
  readonly #inventory: InventoryReader;
  readonly #expected: number;
  readonly #fields: NonNullable<LookupOptions["fields"]>;
  /** By kind: how many were looked up one by one, and the last of them. */
  readonly #single = new Map<Kind, { asked: number; records: Map<string, InventoryRecord | undefined> }>();
  readonly #whole = new Map<Kind, ReadonlyMap<string, InventoryRecord>>();
  readonly #labels = new Map<Kind, ReadonlyMap<string, readonly string[]>>();
  readonly #forms = new Map<Kind, TextForms>();
  #info: InventoryInfo | undefined;

  constructor(inventory: InventoryReader, { expected = 0, fields = () => undefined }: LookupOptions = {}) {
    this.#inventory = inventory;
    this.#expected = expected;
    this.#fields = fields;
  }

  info(): InventoryInfo {
    return (this.#info ??= this.#inventory.info());
  }

  /** @throws KindUnavailableError, as do all that take a kind */
  record(kind: Kind, id: string): InventoryRecord | undefined {
    const whole = this.#whole.get(kind) ?? (this.#asksForMost(kind) ? this.all(kind) : undefined);
    if (whole) return whole.get(id) ?? this.#inOtherForm(kind, whole, id);
    let single = this.#single.get(kind);
    if (!single) this.#single.set(kind, (single = { asked: 0, records: new Map() }));
    if (single.records.has(id)) return single.records.get(id);
    const record = this.#inventory.get(kind, id);
    single.asked += 1;
    if (single.records.size >= remembered) single.records.clear();
    single.records.set(id, record);
    return record;
  }

  #inOtherForm(kind: Kind, whole: ReadonlyMap<string, InventoryRecord>, id: string): InventoryRecord | undefined {
    let forms = this.#forms.get(kind);
    if (!forms) this.#forms.set(kind, (forms = new TextForms(whole)));
    const other = forms.find(id);
    return other === undefined ? undefined : whole.get(other);
  }

  /** The ids that a label's value may stand for. */
  labelled(kind: Kind, text: string): readonly string[] {
    let labels = this.#labels.get(kind);
    if (!labels) {
      const byLabel = new Map<string, string[]>();
      for (const id of this.all(kind).keys()) {
        const label = labelValue(id);
        const ids = byLabel.get(label);
        if (ids) ids.push(id);
        else byLabel.set(label, [id]);
      }
      this.#labels.set(kind, (labels = byLabel));
    }
    return labels.get(labelValue(text)) ?? [];
  }

  /** Every record of a kind, or those that a JMESPath holds for. */
  list(kind: Kind, where?: string): Iterable<InventoryRecord> {
    if (where !== undefined) return this.#inventory.list(kind, { where });
    return this.#whole.get(kind)?.values() ?? this.#inventory.list(kind, { fields: this.#fields(kind) });
  }

  /** Every record of a kind, by id: read once, and kept for all that is looked up later. */
  all(kind: Kind): ReadonlyMap<string, InventoryRecord> {
    let whole = this.#whole.get(kind);
    if (!whole) {
      const counted = this.info().counts[kind];
      // The inventory says itself why it cannot give a kind.
      if (counted === undefined) this.#inventory.get(kind, "");
      const records = new Map<string, InventoryRecord>();
      for (const record of this.#inventory.list(kind, { fields: this.#fields(kind) })) records.set(record.id, record);
      this.#whole.set(kind, (whole = records));
    }
    return whole;
  }

  nearest(kind: Kind, text: string): string[] {
    return this.#inventory.nearest(kind, text, "id");
  }

  #asksForMost(kind: Kind): boolean {
    const count = this.info().counts[kind];
    if (count === undefined) return false;
    if (this.#expected * 3 >= count) return true;
    // Where nobody knows how many will be asked for: so many have been that more will come.
    const asked = this.#single.get(kind)?.asked ?? 0;
    return asked >= manyAsked && asked * 16 >= count && count <= mostKept;
  }
}

/** Why the inventory cannot tell, where that is the fault of the kind or of what is asked for. */
export function unavailable(error: unknown): string {
  if (error instanceof KindUnavailableError || error instanceof QueryError) return error.message;
  throw error;
}
