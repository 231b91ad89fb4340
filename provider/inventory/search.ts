import type { DatabaseSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, type RecordRow } from "./columns.js";
import { QueryError } from "./query.js";
import type { InventoryRecord, Kind } from "./records.js";

/** What a search may be told. */
export interface SearchOptions {
  /** Default: all. */
  readonly kinds?: readonly Kind[] | undefined;
  /** The best so many; default all. */
  readonly limit?: number | undefined;
}

/** A word as a letter and its accents are one sign, or several: the index holds either, as the record was written. */
function spellings(word: string): string {
  const [one, other] = (["NFC", "NFD"] as const).map((form) => `"${word.normalize(form)}"*`);
  return one === other ? `${one}` : `(${one} OR ${other})`;
}

/** Words of a name or an address, in any case, without accents, each as the beginning of a word. */
function toMatch(text: string): string | undefined {
  const words = text.normalize("NFC").match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  return words.length === 0 ? undefined : words.map(spellings).join(" AND ");
}

/** Is the index that of the records that are read? */
export function isSearchable(db: DatabaseSync): boolean {
  const row = db.prepare("SELECT value FROM about WHERE key = 'searchable'").get();
  return row !== undefined && Number(row["value"]) === currentVersion(db);
}

function currentVersion(db: DatabaseSync): number {
  return Number(db.prepare("SELECT max(number) AS number FROM version").get()?.["number"] ?? 0);
}

/** The index over ids, names and addresses. It is made when it is first needed after the inventory has changed. */
export function prepareSearch(db: DatabaseSync): void {
  if (isSearchable(db)) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    const current = currentVersion(db);
    db.exec(
      `DROP TABLE IF EXISTS words;
       CREATE VIRTUAL TABLE words USING fts5 (id, name, address, content = '', tokenize = "unicode61 remove_diacritics 2");
       INSERT INTO words (rowid, id, name, address) SELECT rowid, id, name, address FROM record WHERE until IS NULL;`,
    );
    db.prepare("INSERT OR REPLACE INTO about VALUES ('searchable', ?)").run(String(current));
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** It is made anew when it is needed. */
export function forgetSearch(db: DatabaseSync): void {
  db.exec("DELETE FROM about WHERE key = 'searchable'");
}

/** Records whose id, name or address has all the words of a text, the best first. Call {@link prepareSearch} before. */
export function search(db: DatabaseSync, text: string, { kinds, limit }: SearchOptions = {}): InventoryRecord[] {
  const match = toMatch(text);
  if (match === undefined) throw new QueryError(`there is no word in "${text}" to search for`);
  if (limit !== undefined && limit < 1) throw new QueryError("limit must be a whole number of at least 1");
  const wanted = kinds ? `AND kind IN (${kinds.map(kindNumber).join(", ")})` : "";
  const statement = db.prepare(
    `SELECT kind, ${recordColumns
      .split(", ")
      .map((column) => `record.${column}`)
      .join(", ")}
     FROM words JOIN record ON record.rowid = words.rowid
     WHERE words MATCH ? AND until IS NULL ${wanted}
       AND kind IN (SELECT kind FROM kind_state WHERE refused IS NULL)
     ORDER BY bm25(words, 4.0, 2.0, 1.0), kind, record.id LIMIT ?`,
  );
  statement.setReturnArrays(true);
  const rows = statement.all(match, limit ?? -1) as unknown as [number, ...string[]][];
  return rows.map(([kind, ...row]) => fromRow(kindOf(kind), row as RecordRow));
}
