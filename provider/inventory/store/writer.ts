import type { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { PageSummary } from "../../api/paging/list.js";
import { firstAndLastIdOf, idOf, parsePage } from "../../api/paging/page.js";
import { timesOf } from "../../model/updated-at.js";
import { applyChecks } from "./database.js";
import { kindNumber, pushRow, recordColumns } from "./columns.js";
import { fieldReader, type FieldMap } from "../../model/field-map.js";
import type { KindCheck, KindChecks } from "./kind-checks.js";
import type { Retention } from "../../model/retention.js";
import { pruneHistory } from "./history.js";
import type { Attributes, FieldTexts, Kind } from "../../model/records.js";
import { Store } from "./store.js";

/** Whether the pages of a kind have all of its records, or only those that changed. */
export type Extent = "all" | "changes";

/** The outcome of a kind's list. `known` is stored for the next sync. */
export type Outcome =
  /** The pages were added. */
  | { readonly is: "loaded"; readonly known?: string | undefined }
  /** The list is unchanged. */
  | { readonly is: "unchanged"; readonly known?: string | undefined }
  /** The API denies the kind to this account. */
  | { readonly is: "refused"; readonly why: string };

/** Number of records per INSERT, to reduce the number of calls into SQLite. */
const BATCH_SIZE = 25;

const MAX_PARAMETERS = `(?, ?, ?, NULL${", ?".repeat(recordColumns.split(",").length - 1)})`;

/** The target of a sync. */
export interface WriteTarget {
  /** The current database, for comparison. It is written to if there is no `copy`. */
  readonly db: DatabaseSync;
  /** The checks since `db` was written. */
  readonly checks?: KindChecks;
  /** Returns a copy of `db` to write to. Called on the first change. */
  readonly copy?: () => DatabaseSync;
}

type Row = (string | number | null)[];

/** The progress of a kind. */
interface KindProgress {
  readonly kind: number;
  readonly fields: (record: Attributes) => FieldTexts;
  /** Whether the kind had records before, so that each is compared with the stored one. */
  readonly replaces: boolean;
  readonly how: Extent;
  /** Number of unique records so far. */
  count: number;
  /** Number of records that the mirror did not have. */
  added: number;
}

/** Counts of the records of a page, without those of an earlier page of the list. */
type Written = Pick<PageSummary, "newCount" | "added" | "changed">;

/** The prepared statements that run for each record. */
function prepareStatements(db: DatabaseSync) {
  const insert = `INSERT OR IGNORE INTO record (kind, id, since, until, ${recordColumns.slice("id, ".length)}) VALUES `;
  const held = db.prepare("SELECT attributes FROM record WHERE kind = ? AND id = ? AND until IS NULL");
  held.setReturnArrays(true);
  return {
    insertBatch: db.prepare(insert + Array(BATCH_SIZE).fill(MAX_PARAMETERS).join(", ")),
    insertOne: db.prepare(insert + MAX_PARAMETERS),
    held,
    see: db.prepare("INSERT OR IGNORE INTO temp.seen VALUES (?, ?)"),
    end: db.prepare("UPDATE record SET until = ? WHERE kind = ? AND id = ? AND until IS NULL"),
    any: db.prepare("SELECT 1 FROM record WHERE kind = ? AND until IS NULL LIMIT 1"),
  };
}

/**
 * Writes one sync into an inventory in one transaction. Records arrive page by page and are not kept in memory. The current database
 * is copied on the first change.
 */
export class Writer {
  #db: DatabaseSync;
  /** Creates the copy to write to; undefined if it exists. */
  #copy: WriteTarget["copy"];
  readonly #checks: Map<Kind, KindCheck>;
  readonly #fieldMap: FieldMap;
  readonly #version: number;
  readonly #startedAt: number;
  readonly #loads = new Map<Kind, KindProgress>();
  #statements: ReturnType<typeof prepareStatements>;

  constructor({ db, copy, checks }: WriteTarget, fieldMap: FieldMap, startedAt: number) {
    this.#db = db;
    this.#copy = copy;
    this.#checks = new Map(checks);
    this.#fieldMap = fieldMap;
    this.#startedAt = startedAt;
    this.#statements = this.#begin();
    const last = this.#db.prepare("SELECT max(number) AS number FROM version").get();
    this.#version = Number(last?.["number"] ?? 0) + 1;
  }

  #begin(): ReturnType<typeof prepareStatements> {
    this.#db.exec(
      `PRAGMA temp_store = FILE;
       BEGIN;
       CREATE TABLE IF NOT EXISTS temp.seen (kind INTEGER, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
       DELETE FROM temp.seen`,
    );
    return prepareStatements(this.#db);
  }

  /** Call it before each write. Switches to a copy of the current database, unless that is the target. */
  #makeWritable(): void {
    if (!this.#copy) return;
    const old = this.#db;
    this.#db = this.#copy();
    this.#copy = undefined;
    this.#statements = this.#begin();
    for (const { kind, id } of old.prepare("SELECT kind, id FROM temp.seen").iterate())
      this.#statements.see.run(kind as number, id as string);
    old.close();
  }

  /**
   * Begins or restarts a kind's list. Discards earlier pages.
   * @param how whether records that are on no page are removed (`all`) or kept (`changes`)
   */
  begin(kind: Kind, how: Extent = "all"): void {
    const number = kindNumber(kind);
    this.#undo(kind);
    const replaces = this.#statements.any.get(number) !== undefined;
    this.#loads.set(kind, {
      kind: number,
      fields: fieldReader(this.#fieldMap, kind),
      replaces,
      how,
      count: 0,
      added: 0,
    });
  }

  /** Discards all changes of the kind. */
  #undo(kind: Kind): void {
    if (!this.#loads.delete(kind)) return;
    const number = kindNumber(kind);
    if (!this.#copy) {
      this.#db.prepare("DELETE FROM record WHERE kind = ? AND since = ?").run(number, this.#version);
      this.#db.prepare("UPDATE record SET until = NULL WHERE kind = ? AND until = ?").run(number, this.#version);
    }
    this.#db.prepare("DELETE FROM temp.seen WHERE kind = ?").run(number);
  }

  /**
   * Adds a page.
   * @returns the summary of the page
   * @throws PageError, before any write
   */
  add(kind: Kind, body: Uint8Array): PageSummary {
    const load = this.#loads.get(kind);
    if (!load) throw new Error(`${kind} was not begun`);
    const page = parsePage(body);
    const written = load.replaces ? this.#compare(load, page) : this.#insert(load, page);
    load.count += written.newCount;
    load.added += written.added;
    return { count: page.length, firstAndLastId: firstAndLastIdOf(page), times: timesOf(page), ...written };
  }

  #push(row: Row, { kind, fields }: KindProgress, id: string, record: Attributes, text: string): void {
    row.push(kind, id, this.#version);
    pushRow(row, fields(record), text);
  }

  #insert(load: KindProgress, page: readonly Attributes[]): Written {
    if (page.length > 0) this.#makeWritable();
    let newCount = 0;
    let batch: Row = [];
    const whole = page.length - (page.length % BATCH_SIZE);
    page.forEach((record, index) => {
      this.#push(batch, load, idOf(record) ?? "", record, JSON.stringify(record));
      if (index < whole && (index + 1) % BATCH_SIZE !== 0) return;
      newCount += Number(
        (index < whole ? this.#statements.insertBatch : this.#statements.insertOne).run(...batch).changes,
      );
      batch = [];
    });
    return { newCount, added: newCount, changed: newCount };
  }

  #compare(load: KindProgress, page: readonly Attributes[]): Written {
    let newCount = 0;
    let added = 0;
    let changed = 0;
    for (const record of page) {
      const id = idOf(record) ?? "";
      if (this.#statements.see.run(load.kind, id).changes === 0) continue;
      newCount += 1;
      const text = JSON.stringify(record);
      const [held] = (this.#statements.held.get(load.kind, id) ?? []) as unknown as readonly (string | null)[];
      // A corrupt row has no attributes.
      if (held !== undefined && isSame(held ?? "", text, record)) continue;
      this.#makeWritable();
      const row: Row = [];
      this.#push(row, load, id, record, text);
      if (held === undefined) added += 1;
      else this.#statements.end.run(this.#version, load.kind, id);
      this.#statements.insertOne.run(...row);
      changed += 1;
    }
    return { newCount, added, changed };
  }

  /**
   * Commits the sync, and deletes versions that exceed the retention.
   * @returns the checks that are not in the database, if it was not written
   */
  commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Retention): KindChecks {
    const endedAt = Date.now();
    for (const [kind, outcome] of outcomes) this.#finish(kind, outcome, endedAt);
    if (this.#copy) {
      this.#db.exec("COMMIT");
      return this.#checks;
    }
    applyChecks(this.#db, this.#checks);
    // Only `until` has an index of its own.
    const changed = this.#db
      .prepare(
        "SELECT EXISTS (SELECT 1 FROM record WHERE until = ?) OR EXISTS (SELECT 1 FROM record WHERE since = ?) AS yes",
      )
      .get(this.#version, this.#version);
    const first = this.#version === 1;
    if (changed?.["yes"] || first) {
      this.#db.prepare("INSERT INTO version VALUES (?, ?)").run(this.#version, this.#startedAt);
      pruneHistory(this.#db, keep, this.#startedAt);
    }
    this.#db.exec("COMMIT");
    return new Map();
  }

  #finish(kind: Kind, outcome: Outcome, endedAt: number): void {
    const number = kindNumber(kind);
    const held = new Store(this.#db, this.#checks).states().get(kind);
    const load = this.#loads.get(kind);
    const isKept = outcome.is === "unchanged" || (outcome.is === "loaded" && load?.how === "changes");
    const known = outcome.is === "refused" ? undefined : outcome.known;
    this.#checks.set(kind, { syncedAt: this.#startedAt, endedAt, known: isKept ? (known ?? held?.known) : known });
    // A denied kind is hidden. Its records stay as part of the history.
    if (outcome.is === "refused") this.#undo(kind);
    else if (load?.replaces && load.how === "all") this.#endMissing(number);
    const added = load?.added ?? 0;
    const count = isKept ? (held?.count ?? 0) + added : outcome.is === "refused" ? 0 : (load?.count ?? 0);
    const refused = outcome.is === "refused" ? outcome.why : undefined;
    if (held && held.count === count && (isKept || held.refused === refused)) return;
    this.#makeWritable();
    if (isKept) {
      this.#db.prepare("UPDATE kind_state SET count = ? WHERE kind = ?").run(count, number);
      return;
    }
    // The kind was denied until now, so earlier versions do not have it.
    this.#db
      .prepare(
        `INSERT INTO kind_state VALUES (?, 0, 0, ?, ?, NULL, ?)
         ON CONFLICT (kind) DO UPDATE SET count = excluded.count, refused = excluded.refused,
           since = CASE WHEN kind_state.refused IS NOT NULL AND excluded.refused IS NULL AND (
             EXISTS (SELECT 1 FROM record WHERE kind = excluded.kind AND excluded.since IN (record.since, record.until))
             OR NOT EXISTS (SELECT 1 FROM record WHERE kind = excluded.kind)
           ) THEN excluded.since ELSE kind_state.since END`,
      )
      .run(number, count, refused ?? null, this.#version);
  }

  /** Rolls back uncommitted changes, if the database is the target. */
  close(): void {
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }

  /** Ends the records of a kind that are on no page. */
  #endMissing(kind: number): void {
    const missing = `kind = ? AND until IS NULL AND since < ? AND id NOT IN (SELECT id FROM temp.seen WHERE kind = ?)`;
    const values = [kind, this.#version, kind];
    if (this.#copy && !this.#db.prepare(`SELECT 1 FROM record WHERE ${missing} LIMIT 1`).get(...values)) return;
    this.#makeWritable();
    this.#db.prepare(`UPDATE record SET until = ? WHERE ${missing}`).run(this.#version, ...values);
  }
}

/** Returns whether two records are equal, regardless of the order of fields. */
function isSame(held: string, text: string, record: Attributes): boolean {
  if (held === text) return true;
  if (held.length !== text.length) return false;
  try {
    return isDeepStrictEqual(JSON.parse(held), record);
  } catch {
    // Replace a corrupt record.
    return false;
  }
}
