import {
  KindUnavailableError,
  type InventoryInfo,
  type InventoryReader,
} from "../../../provider/model/inventory-reader.js";
import { QueryError } from "../../../provider/inventory/query/query-error.js";
import { fieldsIn } from "../file/fields.js";
import type { ReferenceKey } from "../file/reference-key.js";
import { KeyIndex } from "../../../provider/inventory/query/key-index.js";
import { valueOf } from "./record-value.js";
import { textsOf } from "./reference-values.js";
import { canonical, TextForms } from "../../../provider/platform/unicode.js";
import type { InventoryRecord, Kind } from "../../../provider/model/records.js";

/** Maximum number of records in the cache of single look-ups. */
const MAX_REMEMBERED = 20_000;

/** Number of single look-ups after which a kind is read whole. */
const BULK_READ_THRESHOLD = 1_000;

/** Maximum number of records of a kind that is read whole because of single look-ups. */
const MAX_RECORDS_IN_MEMORY = 300_000;

/** Returns an id as a label of Google Cloud: lower-case letters, digits, `-` and `_`; any other character becomes `-`. */
export function labelValue(id: string): string {
  return canonical(id)
    .toLowerCase()
    .replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-");
}

/** Hints about the expected look-ups. */
export interface LookupOptions {
  /** Number of resources that will be evaluated. */
  readonly expected?: number;
  /** Fields of a kind that the rules read. Default: all fields. */
  readonly fields?: (kind: Kind) => readonly string[] | undefined;
}

/**
 * Looks up records for the rules, and caches them. Reads a kind whole if most of its records are likely to be needed, because that
 * is many times faster than single look-ups.
 */
export class Lookup {
  readonly #inventory: InventoryReader;
  readonly #expected: number;
  readonly #fields: NonNullable<LookupOptions["fields"]>;
  /** The number of single look-ups by kind, and their cached results. */
  readonly #single = new Map<Kind, { asked: number; records: Map<string, InventoryRecord | undefined> }>();
  readonly #whole = new Map<Kind, ReadonlyMap<string, InventoryRecord>>();
  readonly #labels = new Map<Kind, ReadonlyMap<string, readonly string[]>>();
  readonly #keyed = new Map<string, KeyIndex>();
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

  /** Returns the record with an id. @throws KindUnavailableError, like all methods with a kind */
  record(kind: Kind, id: string): InventoryRecord | undefined {
    const whole = this.#whole.get(kind) ?? (this.#asksForMost(kind) ? this.all(kind) : undefined);
    if (whole) return whole.get(id) ?? this.#inOtherForm(kind, whole, id);
    let single = this.#single.get(kind);
    if (!single) this.#single.set(kind, (single = { asked: 0, records: new Map() }));
    if (single.records.has(id)) return single.records.get(id);
    const record = this.#inventory.get(kind, id);
    single.asked += 1;
    if (single.records.size >= MAX_REMEMBERED) single.records.clear();
    single.records.set(id, record);
    return record;
  }

  #inOtherForm(kind: Kind, whole: ReadonlyMap<string, InventoryRecord>, id: string): InventoryRecord | undefined {
    let forms = this.#forms.get(kind);
    if (!forms) this.#forms.set(kind, (forms = new TextForms(whole)));
    const other = forms.find(id);
    return other === undefined ? undefined : whole.get(other);
  }

  /** Returns the ids whose label is this text. */
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

  /**
   * Returns the records of a kind by the values of a field. The index is built once, at the first look-up.
   * @throws ExpressionCostError if the JMESPath exceeds its budget
   */
  keyed(kind: Kind, key: ReferenceKey): KeyIndex {
    const name = JSON.stringify([kind, key.by, key.as]);
    let index = this.#keyed.get(name);
    if (!index) {
      this.#mustHave(kind);
      const whole = this.#whole.get(kind) ?? (this.#asksForMost(kind) ? this.all(kind) : undefined);
      const records = whole?.values() ?? this.#inventory.list(kind, { fields: fieldsIn(key.by) });
      this.#keyed.set(name, (index = new KeyIndex(records, key.as, (record) => textsOf(valueOf(record, key.by)))));
    }
    return index;
  }

  /** Returns every record of a kind, or those that match a JMESPath. */
  list(kind: Kind, where?: string): Iterable<InventoryRecord> {
    if (where !== undefined) return this.#inventory.list(kind, { where });
    return this.#whole.get(kind)?.values() ?? this.#inventory.list(kind, { fields: this.#fields(kind) });
  }

  /** Returns every record of a kind by id. The kind is read once and cached. */
  all(kind: Kind): ReadonlyMap<string, InventoryRecord> {
    let whole = this.#whole.get(kind);
    if (!whole) {
      this.#mustHave(kind);
      const records = new Map<string, InventoryRecord>();
      for (const record of this.#inventory.list(kind, { fields: this.#fields(kind) })) records.set(record.id, record);
      this.#whole.set(kind, (whole = records));
    }
    return whole;
  }

  /** The inventory throws the reason why it lacks a kind. */
  #mustHave(kind: Kind): void {
    if (this.info().counts[kind] === undefined) this.#inventory.get(kind, "");
  }

  nearest(kind: Kind, text: string): string[] {
    return this.#inventory.nearest(kind, text, "id");
  }

  #asksForMost(kind: Kind): boolean {
    const count = this.info().counts[kind];
    if (count === undefined) return false;
    if (this.#expected * 3 >= count) return true;
    // The number of resources is unknown: after this many look-ups more are likely.
    const asked = this.#single.get(kind)?.asked ?? 0;
    return asked >= BULK_READ_THRESHOLD && asked * 16 >= count && count <= MAX_RECORDS_IN_MEMORY;
  }
}

/** Returns why the inventory cannot answer, if the kind is missing or the query is wrong. Throws any other error. */
export function unavailable(error: unknown): string {
  if (error instanceof KindUnavailableError || error instanceof QueryError) return error.message;
  throw error;
}
