import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { Taken } from "../api/list.js";
import { endsOf, idOf, parsePage } from "../api/page.js";
import { timesOf } from "../api/updated-at.js";
import { checkpoint } from "./database.js";
import { kindNumber, pushRow, recordColumns } from "./columns.js";
import { fieldReader, type FieldMap } from "./field-map.js";
import { prune, type Keep } from "./prune.js";
import type { Attributes, FieldTexts, Kind } from "./records.js";
import { forgetSearch } from "./search.js";

/** Whether the pages of a kind hold all of its records, or only those that changed. */
export type Extent = "all" | "changes";

/** How a kind's list ended; `known` is kept as text, for the next time. */
export type Outcome =
  /** Its pages were added. */
  | { readonly is: "loaded"; readonly known?: string | undefined }
  /** It is as it was. */
  | { readonly is: "unchanged"; readonly known?: string | undefined }
  /** The API does not give it to this account. */
  | { readonly is: "refused"; readonly why: string };

/** How many records go into one statement: each costs a call into SQLite. */
const batchSize = 25;

const parameters = `(?, ?, ?, NULL${", ?".repeat(recordColumns.split(",").length - 1)})`;

/** Where a sync is written. */
export interface WriteTarget {
  readonly db: DatabaseSync;
  /** What makes a new file the mirror, after the commit. */
  readonly finish?: () => void;
  /** What throws a new file away that has not become the mirror. */
  readonly discard?: () => void;
  /** The database is somebody else's, who goes on with it. */
  readonly stays?: true;
}

type Row = (string | number | null)[];

/** Where one kind stands while it is loaded. */
interface Load {
  readonly kind: number;
  readonly fields: (record: Attributes) => FieldTexts;
  /** Had the kind records before? Then each is compared with the one that is held. */
  readonly replaces: boolean;
  readonly how: Extent;
  /** Records so far, each id once. */
  count: number;
  /** Those of them that the mirror did not hold. */
  added: number;
}

/** What became of the records of a page; those that an earlier page of the list held do not count. */
type Written = Pick<Taken, "fresh" | "added" | "changed">;

/**
 * Writes one sync into the mirror's file, in one transaction: readers see what was before it, or all of it. Records come
 * page by page and are not kept in memory.
 */
export class Writer {
  readonly #target: WriteTarget;
  readonly #db: DatabaseSync;
  readonly #fieldMap: FieldMap;
  readonly #version: number;
  readonly #startedAt: number;
  readonly #verify: boolean;
  readonly #loads = new Map<Kind, Load>();
  readonly #insertBatch: StatementSync;
  readonly #insertOne: StatementSync;
  readonly #held: StatementSync;
  readonly #see: StatementSync;
  readonly #end: StatementSync;
  readonly #fresh: StatementSync;

  /** @param verify what is held may not be what was written: of a record that is the same, each column is compared too */
  constructor(target: WriteTarget, fieldMap: FieldMap, startedAt: number, verify = false) {
    this.#target = target;
    this.#db = target.db;
    this.#fieldMap = fieldMap;
    this.#startedAt = startedAt;
    this.#verify = verify;
    // One large transaction: copying it from the log to the file waits until readers can go on.
    this.#db.exec("PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = FILE; BEGIN IMMEDIATE");
    this.#db.exec(
      `CREATE TABLE IF NOT EXISTS temp.seen (kind INTEGER, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
       DELETE FROM temp.seen`,
    );
    const last = this.#db.prepare("SELECT max(number) AS number FROM version").get();
    this.#version = Number(last?.["number"] ?? 0) + 1;
    const insert = `INSERT OR IGNORE INTO record (kind, id, since, until, ${recordColumns.slice("id, ".length)}) VALUES `;
    this.#insertBatch = this.#db.prepare(insert + Array(batchSize).fill(parameters).join(", "));
    this.#insertOne = this.#db.prepare(insert + parameters);
    const compared = verify ? recordColumns : "attributes";
    this.#held = this.#db.prepare(`SELECT ${compared} FROM record WHERE kind = ? AND id = ? AND until IS NULL`);
    this.#held.setReturnArrays(true);
    this.#see = this.#db.prepare("INSERT OR IGNORE INTO temp.seen VALUES (?, ?)");
    this.#end = this.#db.prepare("UPDATE record SET until = ? WHERE kind = ? AND id = ? AND until IS NULL");
    this.#fresh = this.#db.prepare("SELECT 1 FROM record WHERE kind = ? AND until IS NULL LIMIT 1");
  }

  /**
   * A kind's list begins, or begins again: what came of it before does not count.
   * @param how whether records that no page holds are gone (`all`) or stay (`changes`)
   */
  begin(kind: Kind, how: Extent = "all"): void {
    const number = kindNumber(kind);
    this.#undo(kind);
    const replaces = this.#fresh.get(number) !== undefined;
    this.#loads.set(kind, {
      kind: number,
      fields: fieldReader(this.#fieldMap, kind),
      replaces,
      how,
      count: 0,
      added: 0,
    });
  }

  /** As if nothing of the kind had come. */
  #undo(kind: Kind): void {
    if (!this.#loads.delete(kind)) return;
    const number = kindNumber(kind);
    this.#db.prepare("DELETE FROM record WHERE kind = ? AND since = ?").run(number, this.#version);
    this.#db.prepare("UPDATE record SET until = NULL WHERE kind = ? AND until = ?").run(number, this.#version);
    this.#db.prepare("DELETE FROM temp.seen WHERE kind = ?").run(number);
  }

  /**
   * Takes a page.
   * @returns how many records it held, how many of them no earlier page held, and which are its ends
   * @throws PageError, before anything of the page is written
   */
  add(kind: Kind, body: Uint8Array): Taken {
    const load = this.#loads.get(kind);
    if (!load) throw new Error(`${kind} was not begun`);
    const page = parsePage(body);
    const written = load.replaces ? this.#compare(load, page) : this.#insert(load, page);
    load.count += written.fresh;
    load.added += written.added;
    return { count: page.length, ends: endsOf(page), times: timesOf(page), ...written };
  }

  #push(row: Row, { kind, fields }: Load, id: string, record: Attributes, text: string): void {
    row.push(kind, id, this.#version);
    pushRow(row, fields(record), text);
  }

  #insert(load: Load, page: readonly Attributes[]): Written {
    let fresh = 0;
    let batch: Row = [];
    const whole = page.length - (page.length % batchSize);
    page.forEach((record, index) => {
      this.#push(batch, load, idOf(record) ?? "", record, JSON.stringify(record));
      if (index < whole && (index + 1) % batchSize !== 0) return;
      fresh += Number((index < whole ? this.#insertBatch : this.#insertOne).run(...batch).changes);
      batch = [];
    });
    return { fresh, added: fresh, changed: fresh };
  }

  #compare(load: Load, page: readonly Attributes[]): Written {
    let fresh = 0;
    let added = 0;
    let changed = 0;
    for (const record of page) {
      const id = idOf(record) ?? "";
      if (this.#see.run(load.kind, id).changes === 0) continue;
      fresh += 1;
      const text = JSON.stringify(record);
      const held = this.#held.get(load.kind, id) as unknown as readonly (string | null)[] | undefined;
      const same = held !== undefined && isSame(held.at(-1) ?? "", text, record);
      if (same && !this.#verify) continue;
      const row: Row = [];
      this.#push(row, load, id, record, text);
      if (same && held.slice(1, -1).every((value, place) => value === row[place + 3])) continue;
      if (held) this.#end.run(this.#version, load.kind, id);
      else added += 1;
      this.#insertOne.run(...row);
      changed += 1;
    }
    return { fresh, added, changed };
  }

  /** Makes the sync visible, and forgets versions that need not be kept; `close` comes next. */
  commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Keep): void {
    const endedAt = Date.now();
    for (const [kind, outcome] of outcomes) this.#finish(kind, outcome, endedAt);
    if (this.#verify) forgetSearch(this.#db);
    const changed = this.#db
      .prepare(
        "SELECT EXISTS (SELECT 1 FROM record WHERE since = ?) OR EXISTS (SELECT 1 FROM record WHERE until = ?) AS yes",
      )
      .get(this.#version, this.#version);
    const first = this.#version === 1;
    if (changed?.["yes"] || first) {
      this.#db.prepare("INSERT INTO version VALUES (?, ?)").run(this.#version, this.#startedAt);
      prune(this.#db, keep, this.#startedAt);
    }
    this.#db.exec("COMMIT");
    this.#target.finish?.();
  }

  #finish(kind: Kind, outcome: Outcome, endedAt: number): void {
    const number = kindNumber(kind);
    if (outcome.is === "unchanged" || (outcome.is === "loaded" && this.#loads.get(kind)?.how === "changes")) {
      this.#db
        .prepare(
          "UPDATE kind_state SET synced_at = ?, ended_at = ?, known = ifnull(?, known), count = count + ? WHERE kind = ?",
        )
        .run(this.#startedAt, endedAt, outcome.known ?? null, this.#loads.get(kind)?.added ?? 0, number);
      return;
    }
    // A kind that is refused is not shown; what it was stays, as part of the history.
    if (outcome.is === "refused") this.#undo(kind);
    const load = this.#loads.get(kind);
    if (load?.replaces) {
      // What no page held is gone.
      this.#db
        .prepare(
          `UPDATE record SET until = ? WHERE kind = ? AND until IS NULL AND since < ?
             AND id NOT IN (SELECT id FROM temp.seen WHERE kind = ?)`,
        )
        .run(this.#version, number, this.#version, number);
    }
    // Refused until now, and not given before or not as it is: versions from before do not hold it, since it was refused in some.
    this.#db
      .prepare(
        `INSERT INTO kind_state VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (kind) DO UPDATE SET
           synced_at = excluded.synced_at, ended_at = excluded.ended_at, count = excluded.count,
           refused = excluded.refused, known = excluded.known,
           since = CASE WHEN kind_state.refused IS NOT NULL AND excluded.refused IS NULL AND (
             EXISTS (SELECT 1 FROM record WHERE kind = excluded.kind AND excluded.since IN (record.since, record.until))
             OR NOT EXISTS (SELECT 1 FROM record WHERE kind = excluded.kind)
           ) THEN excluded.since ELSE kind_state.since END`,
      )
      .run(
        number,
        this.#startedAt,
        endedAt,
        outcome.is === "refused" ? 0 : (load?.count ?? 0),
        outcome.is === "refused" ? outcome.why : null,
        outcome.is === "loaded" ? (outcome.known ?? null) : null,
        this.#version,
      );
  }

  /** Ends it; what was not committed never was. @returns whether it was */
  close(): boolean {
    const committed = !this.#db.isOpen || !this.#db.isTransaction;
    if (!committed) this.#db.exec("ROLLBACK");
    if (this.#target.stays || !this.#db.isOpen) return committed;
    if (!this.#target.discard) checkpoint(this.#db);
    this.#db.close();
    this.#target.discard?.();
    return committed && !this.#target.discard;
  }
}

/** The same record, whatever the order of its fields. */
function isSame(held: string, text: string, record: Attributes): boolean {
  if (held === text) return true;
  if (held.length !== text.length) return false;
  try {
    return isDeepStrictEqual(JSON.parse(held), record);
  } catch {
    // What is damaged is replaced.
    return false;
  }
}
