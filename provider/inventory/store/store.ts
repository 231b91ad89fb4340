import type { DatabaseSync, StatementSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, selection, type RecordRow } from "./columns.js";
import { isCorruption } from "./corruption.js";
import { countryCode } from "../query/filter.js";
import type { KindChecks } from "./kind-checks.js";
import type { Condition } from "./sql-filter.js";
import { canonical } from "../../platform/unicode.js";
import type { InventoryRecord, Kind } from "../../model/records.js";

/** The state of a kind in the mirror. */
export interface KindState {
  readonly kind: Kind;
  /** Start time of the last sync (milliseconds since the epoch). */
  readonly syncedAt: number;
  /** When that sync ended. */
  readonly endedAt: number;
  readonly count: number;
  /** Why the API denies this kind to this account, if it does. */
  readonly refused: string | undefined;
  /** The state of its list, as the client serialized it. */
  readonly known: string | undefined;
}

/** Reads the current records of the mirror's file. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #checks: KindChecks;
  readonly #statements = new Map<string, StatementSync>();
  /** The prepared statement of `get`, the most frequent call. */
  #one: StatementSync | undefined;
  #several: ReadonlySet<string> | undefined;

  /** @param checks the last checks of kinds, which are not in the file */
  constructor(db: DatabaseSync, checks: KindChecks = new Map()) {
    this.#db = db;
    this.#checks = checks;
    // A cache of 64 MB, because lookups are in random order.
    db.exec("PRAGMA cache_size = -65536");
    db.function("canonical", { deterministic: true }, (text) => canonical(String(text)));
    db.function("country_code", { deterministic: true }, (text) => countryCode(String(text)) ?? null);
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

  /** Returns the state by kind. Kinds that were never loaded are absent. */
  states(): Map<Kind, KindState> {
    const rows = this.#statement("SELECT kind, synced_at, ended_at, count, refused, known FROM kind_state").all();
    return new Map(
      (rows as unknown as [number, number, number, number, string | null, string | null][]).map(
        ([number, syncedAt, endedAt, count, refused, known]) => {
          const kind = kindOf(number);
          const state = { kind, syncedAt, endedAt, count, refused: refused ?? undefined, known: known ?? undefined };
          return [kind, { ...state, ...this.#checks.get(kind) }];
        },
      ),
    );
  }

  get<K extends Kind>(kind: K, id: string): InventoryRecord<K> | undefined {
    this.#one ??= this.#statement(`SELECT ${recordColumns} FROM record WHERE kind = ? AND id = ? AND until IS NULL`);
    const row = this.#one.get(kindNumber(kind), id);
    return row ? fromRow(kind, row as unknown as RecordRow) : undefined;
  }

  /** Returns records one at a time, ordered by id. @param fields the fields to read. Default: all */
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

  /** Returns the named fields with several values in some record. Cached, because the file never changes. */
  several(): ReadonlySet<string> {
    this.#several ??= new Set((this.#statement(severalSql).all() as unknown as [string][]).map(([field]) => field));
    return this.#several;
  }

  /** Returns every id of a kind, read from the table instead of an index. */
  ids(kind: Kind): ReadonlySet<string> {
    const sql = "SELECT id FROM record NOT INDEXED WHERE kind = ? AND until IS NULL";
    return new Set((this.#statement(sql).all(kindNumber(kind)) as unknown as [string][]).map(([id]) => id));
  }

  /** Returns every id (or name) of a kind. */
  texts(kind: Kind, by: "id" | "name"): string[] {
    const sql = `SELECT ${by} FROM record WHERE kind = ? AND until IS NULL AND ${by} IS NOT NULL ORDER BY ${by}`;
    return (this.#statement(sql).all(kindNumber(kind)) as unknown as [string][]).map(([text]) => text);
  }

  close(): void {
    this.#statements.clear();
    try {
      this.#db.close();
    } catch (error) {
      // Closing a corrupt file that was only read loses nothing.
      if (!isCorruption(error)) throw error;
    }
  }
}

/** Parses equal elements once. */
const severalSql = `
  SELECT DISTINCT field.key
  FROM (SELECT DISTINCT elements FROM record WHERE until IS NULL AND elements IS NOT NULL) AS one, json_each(one.elements) AS field`;

/** Returns the statement that selects records by conditions, ordered by id. */
export function recordsSql(conditions: readonly Condition[], selected = recordColumns): string {
  const isByNumber = conditions.some(({ byNumber }) => byNumber);
  // A plus sign prevents the use of an index.
  const where = [isByNumber ? "+kind = ?" : "kind = ?", "until IS NULL", ...conditions.map(({ sql }) => sql)].join(
    " AND ",
  );
  // Sorting the few records of an index is faster than reading all records in order.
  const order = conditions.some(({ indexed }) => indexed) ? "+id" : "id";
  return `SELECT ${selected} FROM record WHERE ${where} ORDER BY ${order}`;
}
