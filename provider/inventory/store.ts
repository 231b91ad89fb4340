import type { DatabaseSync, StatementSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, selection, type RecordRow } from "./columns.js";
import { isDamage } from "./damage.js";
import { countryCode } from "./filter.js";
import type { Condition } from "./narrow.js";
import { canonical } from "./unicode.js";
import type { InventoryRecord, Kind } from "./records.js";

/** What the mirror knows of one kind. */
export interface KindState {
  readonly kind: Kind;
  /** When the sync began that says what it holds (milliseconds since the epoch). */
  readonly syncedAt: number;
  /** When that sync ended. */
  readonly endedAt: number;
  readonly count: number;
  /** Why the API does not give this kind to this account, where it refused. */
  readonly refused: string | undefined;
  /** The pages of its list, as the client described them. */
  readonly known: string | undefined;
}

/** Reads the mirror's file: what holds now. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** The statement of `get`, which is called most. */
  #one: StatementSync | undefined;
  #several: ReadonlySet<string> | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
    // Up to 64 MB of the file stay at hand: look-ups come in any order.
    db.exec("PRAGMA cache_size = -65536");
    db.function("canonical", { deterministic: true }, (text) => canonical(String(text)));
    db.function("country_code", { deterministic: true }, (text) => countryCode(String(text)) ?? null);
  }

  /** From now on nothing changes for this reader, whatever is written meanwhile. */
  freeze(): void {
    if (!this.#db.isTransaction) this.#db.exec("BEGIN");
  }

  /** Sees what was written since {@link freeze}, and what is written from now on. */
  thaw(): void {
    if (this.#db.isTransaction) this.#db.exec("COMMIT");
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** What is held, by kind; kinds never loaded are absent. */
  states(): Map<Kind, KindState> {
    const rows = this.#statement("SELECT kind, synced_at, ended_at, count, refused, known FROM kind_state").all();
    return new Map(
      (rows as unknown as [number, number, number, number, string | null, string | null][]).map(
        ([number, syncedAt, endedAt, count, refused, known]) => {
          const kind = kindOf(number);
          return [kind, { kind, syncedAt, endedAt, count, refused: refused ?? undefined, known: known ?? undefined }];
        },
      ),
    );
  }

  get<K extends Kind>(kind: K, id: string): InventoryRecord<K> | undefined {
    this.#one ??= this.#statement(`SELECT ${recordColumns} FROM record WHERE kind = ? AND id = ? AND until IS NULL`);
    const row = this.#one.get(kindNumber(kind), id);
    return row ? fromRow(kind, row as unknown as RecordRow) : undefined;
  }

  /** Records by id, one at a time. @param fields what is wanted of them; default: everything */
  *records<K extends Kind>(
    kind: K,
    conditions: readonly Condition[] = [],
    fields?: readonly string[],
  ): Generator<InventoryRecord<K>> {
    const { sql, values } = (fields && selection(fields)) ?? { sql: recordColumns, values: [] };
    const statement = this.#db.prepare(recordsSql(conditions, sql));
    statement.setReturnArrays(true);
    const parameters = [...values, kindNumber(kind), ...conditions.flatMap((condition) => condition.values)];
    for (const row of statement.iterate(...parameters)) {
      yield fromRow(kind, row as unknown as RecordRow);
    }
  }

  /** Returns the named fields of which a record has several values. Read once: nothing changes for this reader. */
  several(): ReadonlySet<string> {
    this.#several ??= new Set((this.#statement(severalSql).all() as unknown as [string][]).map(([field]) => field));
    return this.#several;
  }

  /** Every id of a kind as the records themselves say, not as an index does. */
  ids(kind: Kind): ReadonlySet<string> {
    const sql = "SELECT id FROM record NOT INDEXED WHERE kind = ? AND until IS NULL";
    return new Set((this.#statement(sql).all(kindNumber(kind)) as unknown as [string][]).map(([id]) => id));
  }

  /** Every id (or name) of a kind. */
  texts(kind: Kind, by: "id" | "name"): string[] {
    const sql = `SELECT ${by} FROM record WHERE kind = ? AND until IS NULL AND ${by} IS NOT NULL ORDER BY ${by}`;
    return (this.#statement(sql).all(kindNumber(kind)) as unknown as [string][]).map(([text]) => text);
  }

  close(): void {
    this.#statements.clear();
    try {
      this.#db.close();
    } catch (error) {
      // Nothing is lost with a damaged file that was only read.
      if (!isDamage(error)) throw error;
    }
  }
}

/** The same elements are parsed once, however many records have them. */
const severalSql = `
  SELECT DISTINCT field.key
  FROM (SELECT DISTINCT elements FROM record WHERE until IS NULL AND elements IS NOT NULL) AS one, json_each(one.elements) AS field`;

/** The statement that lists what conditions let through, by id. */
export function recordsSql(conditions: readonly Condition[], selected = recordColumns): string {
  const isByNumber = conditions.some(({ byNumber }) => byNumber);
  // A plus sign keeps SQLite from an index.
  const where = [isByNumber ? "+kind = ?" : "kind = ?", "until IS NULL", ...conditions.map(({ sql }) => sql)].join(
    " AND ",
  );
  // Few records that an index finds are sorted sooner than all are read in their order.
  const order = conditions.some(({ indexed }) => indexed) ? "+id" : "id";
  return `SELECT ${selected} FROM record WHERE ${where} ORDER BY ${order}`;
}
