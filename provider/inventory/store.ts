import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Attributes, InventoryRecord, Kind, NamedFields } from "./records.js";

/** The layout of the file; another number is another layout, and the file is made anew. */
const layout = 1;

/** What the mirror knows of one kind. */
export interface KindState {
  readonly kind: Kind;
  /** Milliseconds since the epoch. */
  readonly syncedAt: number;
  readonly count: number;
  /** Why the API does not give this kind to this account, where it refused. */
  readonly refused: string | undefined;
}

/** A relation that the store narrows by, through an index. */
export interface Narrowing {
  readonly name?: string | undefined;
  readonly locationId?: string | undefined;
  readonly servicePointId?: string | undefined;
  readonly accountId?: string | undefined;
}

interface Row {
  id: string;
  fields: string;
  attributes: string;
}

/** The local copy of the inventory: one SQLite file, or memory only (`:memory:`). */
export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens or makes the file, readable by its owner only. */
  constructor(path: string) {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const mask = process.umask(0o077);
    try {
      this.#db = new DatabaseSync(path, { timeout: 30_000 });
      this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      this.#prepareLayout();
    } finally {
      process.umask(mask);
    }
    if (path !== ":memory:") chmodSync(path, 0o600);
  }

  #prepareLayout(): void {
    const found = this.#db.prepare("PRAGMA user_version").get()?.["user_version"];
    if (found === layout) return;
    this.#db.exec(`
      BEGIN IMMEDIATE;
      DROP TABLE IF EXISTS record;
      DROP TABLE IF EXISTS kind_state;
      CREATE TABLE record (
        kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT, location_id TEXT, service_point_id TEXT, account_id TEXT,
        fields TEXT NOT NULL, attributes TEXT NOT NULL,
        PRIMARY KEY (kind, id)
      ) WITHOUT ROWID;
      CREATE INDEX record_name ON record (kind, name);
      CREATE INDEX record_location ON record (kind, location_id);
      CREATE INDEX record_service_point ON record (kind, service_point_id);
      CREATE INDEX record_account ON record (kind, account_id);
      CREATE TABLE kind_state (kind TEXT PRIMARY KEY, synced_at INTEGER NOT NULL, count INTEGER NOT NULL, refused TEXT);
      PRAGMA user_version = ${layout};
      COMMIT;`);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  /** Runs `work` in one transaction: readers see all of it or nothing. */
  transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Puts these records in the place of all records of the kind. Call it in a transaction. */
  replace(
    kind: Kind,
    records: Iterable<{ id: string; fields: NamedFields; attributes: Attributes }>,
    syncedAt: number,
    refused?: string,
  ): void {
    this.#statement("DELETE FROM record WHERE kind = ?").run(kind);
    const insert = this.#statement("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    let count = 0;
    for (const { id, fields, attributes } of records) {
      insert.run(
        kind,
        id,
        fields.name ?? null,
        fields.locationId ?? null,
        fields.servicePointId ?? null,
        fields.accountId ?? null,
        JSON.stringify(fields),
        JSON.stringify(attributes),
      );
      count += 1;
    }
    this.#statement("INSERT OR REPLACE INTO kind_state VALUES (?, ?, ?, ?)").run(
      kind,
      syncedAt,
      count,
      refused ?? null,
    );
  }

  /** What is held, by kind; kinds never loaded are absent. */
  states(): Map<Kind, KindState> {
    const rows = this.#statement("SELECT kind, synced_at, count, refused FROM kind_state").all();
    return new Map(
      rows.map((row) => {
        const kind = row["kind"] as Kind;
        const refused = (row["refused"] as string | null) ?? undefined;
        return [kind, { kind, syncedAt: Number(row["synced_at"]), count: Number(row["count"]), refused }];
      }),
    );
  }

  get(kind: Kind, id: string): InventoryRecord | undefined {
    const row = this.#statement("SELECT id, fields, attributes FROM record WHERE kind = ? AND id = ?").get(kind, id);
    return row ? toRecord(kind, row as unknown as Row) : undefined;
  }

  /** Records by id, one at a time, narrowed through an index where a relation is given. */
  *records(kind: Kind, by: Narrowing = {}): Generator<InventoryRecord> {
    const conditions = ["kind = ?"];
    const values: string[] = [kind];
    const equal = (column: string, value: string | undefined): void => {
      if (value === undefined) return;
      conditions.push(`${column} = ?`);
      values.push(value);
    };
    equal("name", by.name);
    equal("service_point_id", by.servicePointId);
    equal("account_id", by.accountId);
    if (by.locationId !== undefined) {
      // An item may name only its service point; its location is then that service point's.
      conditions.push(
        `(location_id = ? OR (location_id IS NULL AND service_point_id IN
          (SELECT id FROM record WHERE kind = 'servicePoint' AND location_id = ?)))`,
      );
      values.push(by.locationId, by.locationId);
    }
    const sql = `SELECT id, fields, attributes FROM record WHERE ${conditions.join(" AND ")} ORDER BY id`;
    for (const row of this.#db.prepare(sql).iterate(...values)) yield toRecord(kind, row as unknown as Row);
  }

  /** Every id (or name) of a kind. */
  texts(kind: Kind, by: "id" | "name"): string[] {
    const rows = this.#statement(`SELECT ${by} AS text FROM record WHERE kind = ? AND ${by} IS NOT NULL`).all(kind);
    return rows.map((row) => row["text"] as string);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

function toRecord(kind: Kind, row: Row): InventoryRecord {
  const fields = JSON.parse(row.fields) as NamedFields;
  return { kind, id: row.id, ...fields, attributes: JSON.parse(row.attributes) as Attributes };
}
